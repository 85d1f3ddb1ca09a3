import type { Door, Endpoint } from './address-book.ts';
import type { Resolution, Trace } from './browser/trace.ts';
import type { ChaosOptions, ChaosResult } from './chaos/result.ts';
import type { DeployOptions, DeployOrder, DeployResult } from './deploy/order.ts';
import type { Engine, PartId, PartName, StoryAddress, Topology, TopologyName } from './topology.ts';
import type { Change } from './topology-changes.ts';
import type { Load } from './traffic/load.ts';
import type { LoadEvent } from './traffic/meters.ts';
import type { LoadOrder } from './traffic/order.ts';

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
  /** Of an app server: the version of the site that it was given. */
  version?: string;
}

/** A configuration or application file that learners may change. */
export interface EditableFile {
  /** As learners name it: `server-1/web/nginx.conf`. */
  name: string;
  path: string;
  /** Whom it belongs to: what has to be reloaded or restarted to obey a change. */
  part: PartId;
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
  | { type: 'load'; event: LoadEvent }
  /** Another plan is real now; who asked for it, or which part brought it about. */
  | { type: 'topology'; topology: Topology; by?: PartId }
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

export const certificateKinds = [
  'valid',
  'expired',
  'not-yet-valid',
  'self-signed',
  'unknown-authority',
] as const;

export interface CertificateWish {
  kind: (typeof certificateKinds)[number];
  /** Whom it is for; the site's own name when it says nothing. `*.foobar.com` means every name below. */
  names?: readonly string[];
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
  /** Where the forward proxy listens, once it is open. */
  readonly proxy: Endpoint | undefined;
  /**
   * For clients that know nothing of the lab: a forward proxy that asks the lab's DNS and reaches the doors only.
   * Opened at the first call. Throws StackError when it cannot be.
   */
  openProxy(): Promise<Endpoint>;
  /** TARGET as in the lab language. Throws StackError when the target is unknown or the action makes no sense. */
  control(action: Action, target: string, signal?: AbortSignal): Promise<void>;
  /** PATH or URL; a path is one of http://www.foobar.com. A failed request is a trace too, not an error. */
  request(target: string, options?: RequestOptions): Promise<Trace>;
  resolve(name: string, type: string, signal?: AbortSignal): Promise<Resolution>;
  /**
   * Runs one statement with the application's rights, on the primary or on the database of the server that is named.
   * Throws StackError with MySQL's number and text.
   */
  sql(statement: string, options?: { on?: string; signal?: AbortSignal }): Promise<SqlResult>;
  /**
   * Path of the lab authority's certificate (PEM), which real clients need for https://. The first call makes it,
   * and has the web server speak TLS: until then nobody listens there. The browser calls it by itself.
   */
  secure(): Promise<string>;
  /** Gives the web server another certificate; `reset` puts the right one back. */
  certify(wish: CertificateWish): Promise<void>;
  /** Has the web server send http:// on to https://, or answer it itself again. */
  redirect(on: boolean): Promise<void>;
  /**
   * Sends visitors to the site from a process of its own, one load at a time; one without an end goes on in the
   * background until it is stopped, or the stack is reset or taken down. Resolves when they begin to come. Throws
   * StackError. The signal cancels it.
   */
  load(order: LoadOrder, signal?: AbortSignal): Promise<Load>;
  /** The load that goes on now. */
  readonly currentLoad: Load | undefined;
  /** Makes the change while everything else goes on. Throws StackError when it makes no sense (yet). */
  change(change: Change, signal?: AbortSignal): Promise<void>;
  /** Version of the site that was deployed last. */
  readonly version: string;
  /**
   * Deploys a version while the running background load, or one that it brings along, measures what visitors notice.
   * Throws StackError when that way is not possible here, and when it was cancelled: then the old version runs.
   */
  deploy(order: DeployOrder, options?: DeployOptions): Promise<DeployResult>;
  /** Kills every server and every part in turn under load; everything is as it was at its end, however it ends. */
  chaos(options?: ChaosOptions): Promise<ChaosResult>;
  /**
   * Puts whom LINK leads to further away: for a part that is open, added to each round trip of its visitors; for a
   * replica, the time by which it repeats changes later. 0 takes it back.
   */
  delay(link: string, ms: number): Promise<void>;
  /** Empties the caches of cache and cdn. */
  purge(): Promise<void>;
  /** Every file that learners may change. */
  files(): EditableFile[];
  /** Changes one of them. Throws StackError when it is gone, or leads elsewhere. */
  edit(file: EditableFile, change: (text: string) => string): Promise<void>;
  /** The last lines of the part's logs, oldest first. */
  logs(part: string, limit?: number): Promise<string[]>;
  /** Empties the browser's and the system's caches, and the browser's cookies. */
  forget(): void;
  /**
   * Puts the world back: topology, parts, versions, edited files, zone, data, sessions, queues, caches, delays, logs.
   * The topology is the one that is named, or the one that the stack came up with.
   */
  reset(topology?: TopologyName): Promise<void>;
  subscribe(listener: (event: StackEvent) => void): () => void;
  down(): Promise<void>;
}
