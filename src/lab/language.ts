import type { Failure, Resolution, Trace } from '../stack/browser/trace.ts';
import type { ChaosResult } from '../stack/chaos/result.ts';
import type { DeployOrder, DeployResult } from '../stack/deploy/order.ts';
import type { PartStatus, SqlResult, Stack } from '../stack/stack.ts';
import type { PartName, Topology } from '../stack/topology.ts';
import type { LoadOrder } from '../stack/traffic/order.ts';
import type { LoadResult } from '../stack/traffic/result.ts';

export { type Goal, parseGoal } from './challenge/goal.ts';
export { commandSpecs } from './commands/table.ts';
export { complete } from './complete.ts';
export { describe, parseExpectation } from './expectation.ts';
export { helpRows } from './help.ts';
export { parseLab } from './parse.ts';

/** What stands behind `=>`. */
export type Expectation =
  | { kind: 'ok' }
  | { kind: 'failed' }
  | { kind: 'failure'; failure: Failure }
  | { kind: 'status'; status: number; from?: PartName }
  | { kind: 'address'; address: string }
  /** Exactly these parts saw the request, in this order. */
  | { kind: 'via'; parts: PartName[] }
  | { kind: 'measures'; comparisons: Comparison[] }
  /** The line that a prediction asks about. */
  | { kind: 'asked' };

export interface Comparison {
  /** `failed`, `p99`, `availability`, `rows`, ... */
  measure: string;
  operator: '=' | '!=' | '<' | '<=' | '>' | '>=';
  /** In the measure's base unit: milliseconds, a share from 0 to 1 for percent, or a count. */
  value: number;
  /** As written: `250ms`. */
  text: string;
}

/** What a command found out. */
export type Observed =
  | { kind: 'request'; trace: Trace }
  | { kind: 'resolve'; resolution: Resolution }
  | { kind: 'sql'; result: SqlResult }
  | { kind: 'logs'; lines: string[] }
  /** `topology`: the plan by which they have their roles. */
  | { kind: 'status'; parts: PartStatus[]; topology?: Topology }
  | { kind: 'load'; order: LoadOrder; result: LoadResult }
  | { kind: 'deploy'; order: DeployOrder; result: DeployResult }
  | { kind: 'chaos'; result: ChaosResult }
  | { kind: 'done'; message?: string; durationMs: number }
  /** It could not be done; a sentence. */
  | { kind: 'error'; message: string };

/** A parsed command, ready to run. */
export interface Command {
  name: string;
  /** The command as written, without comment and expectation. */
  source: string;
  /** What a person would type with real tools, in a form that works when pasted; none where there is no such tool. */
  tool?(stack: Stack): string | undefined;
  /** What takes long tells how it goes, a line about once a second. */
  run(
    stack: Stack,
    signal: AbortSignal,
    tell?: (progress: string) => void,
    openEditor?: OpenEditor,
  ): Promise<Observed>;
}

/** Opens a file in the learner's own editor and resolves when that has ended; absent where there is no terminal. */
export type OpenEditor = (path: string) => Promise<void>;

/** One line of a lab block or script; lines with nothing but a comment are left out. */
export interface LabLine {
  /** Line number in its file, from 1. */
  line: number;
  command: Command;
  expectation?: Expectation;
}
