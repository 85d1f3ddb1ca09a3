import type { Door, Endpoint } from './address-book.ts';
import type { Resolution, Trace } from './browser/trace.ts';
import type { Engine, PartId, PartName, StoryAddress, Topology } from './topology.ts';

export const actions = ['stop', 'start', 'restart', 'reload', 'kill', 'pause', 'resume'] as const;
export type Action = (typeof actions)[number];

export type PartState = 'starting' | 'running' | 'paused' | 'stopped' | 'crashed';

export interface PartStatus {
  id: PartId;
  part: PartName;
  server: string;
  state: PartState;
  engine: Engine;
  label: string;
  address: StoryAddress;
  here: Endpoint;
  pid?: number;
}

export interface SqlResult {
  columns: string[];
  rows: (string | number | null)[][];
  affected: number;
  durationMs: number;
}

export type StackEvent =
  | { type: 'part'; id: PartId; state: PartState; message?: string }
  | { type: 'request'; method: string; url: string }
  | { type: 'trace'; trace: Trace }
  | { type: 'reset' };

/** Something that the stack was asked and could not do; the message is a sentence for the learner. */
export class StackError extends Error {
  override name = 'StackError';
}

export interface RequestOptions {
  /** Form fields: makes the request a POST. */
  form?: Record<string, string>;
  signal?: AbortSignal;
}

/** The running mini-stack. Every method that takes time can be cancelled or ends by its own deadline. */
export interface Stack {
  readonly topology: Topology;
  readonly runDir: string;
  /** Connection details that real clients can use; the account is the web application's. */
  readonly mysql: { host: string; port: number; user: string; password: string; database: string };
  status(): PartStatus[];
  /** Every address of the story at which clients may knock; nothing else exists for them. */
  doors(): Door[];
  /** TARGET as in the lab language. Throws StackError when the target is unknown or the action makes no sense. */
  control(action: Action, target: string, signal?: AbortSignal): Promise<void>;
  /** PATH or URL; a path is one of http://www.foobar.com. A failed request is a trace too, not an error. */
  request(target: string, options?: RequestOptions): Promise<Trace>;
  resolve(name: string, type: string, signal?: AbortSignal): Promise<Resolution>;
  /** Runs one statement with the application's rights. Throws StackError with MySQL's number and text. */
  sql(statement: string, signal?: AbortSignal): Promise<SqlResult>;
  /** The last lines of the part's logs, oldest first. */
  logs(part: string, limit?: number): Promise<string[]>;
  /** Empties the browser's and the system's caches, and the browser's cookies. */
  forget(): void;
  /** Puts the world back: parts, edited files, zone, data, sessions, queues, caches, logs. */
  reset(): Promise<void>;
  subscribe(listener: (event: StackEvent) => void): () => void;
  down(): Promise<void>;
}
