import type { LoadResult } from '../traffic/result.ts';

/** How a new version gets to the servers. */
export const strategies = ['stop-start', 'rolling', 'blue-green'] as const;
export type Strategy = (typeof strategies)[number];

/** The versions of the site that there are. */
export const versions = ['v1', 'v2'] as const;
export type Version = (typeof versions)[number];

/** The version that the servers have, and the way to put one on a server. */
export interface SiteVersion {
  version: Version;
  /** What single servers have, while a deployment goes on. */
  readonly on: Map<string, Version>;
  give(server: string, version: Version): void;
}

export interface DeployOrder {
  version: Version;
  by: Strategy;
}

export interface DeployOptions {
  signal?: AbortSignal;
  /** Hears of each stage, in words. */
  tell?: (progress: string) => void;
}

/** What visitors noticed from right before the deployment until right after it. */
export interface DeployResult extends LoadResult {
  /** Visitors a second that came meanwhile. */
  ratePerS: number;
  /** What they asked for. */
  path?: string;
  /** Milliseconds that the deployment itself took: this long takes the way back, too. */
  durationMs: number;
  /** Milliseconds in which no visitor was served. */
  downMs: number;
  /** Milliseconds from the first answer of the new version to the last of the old. */
  mixedMs: number;
}
