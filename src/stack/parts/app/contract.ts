/** What the application server and the site agree on, and how the server is configured. */
import type { Endpoint } from '../../address-book.ts';

/** `app.json`: what learners read and edit. */
export interface AppSettings {
  /** Requests that are worked on at the same time. */
  workers: number;
  /** Requests that may wait for a worker; one more is refused with 503. */
  queue: number;
  /** Milliseconds that a worker is occupied by every request but `/health`, before the site's own work. */
  serviceMs: number;
  /** The first of them that takes writes is used. */
  databases: readonly Endpoint[];
  user: string;
  password: string;
  database: string;
}

/** `place.json`: where it runs, which follows from the stack. */
export interface AppPlace {
  /** Host and port, or the path of a UNIX socket. */
  listen: Endpoint | { path: string };
  /** Path of a UNIX socket where it listens as well. */
  socket?: string;
  /** The working copy of the application files. */
  siteDir: string;
  /** Where the copies that really run are kept: edits take effect only when the server loads them. */
  buildDir: string;
  /** Such as `server-1`. */
  server: string;
  /** One JSON object a line, see `TraceLine`. */
  traceLog: string;
  /** For people. */
  log: string;
  /** Written anew whenever a reload is over, done or refused. */
  pidFile: string;
}

/** A request as the site sees it. */
export interface SiteRequest {
  /** A HEAD request is a GET for the site; the server leaves out the body. */
  method: string;
  path: string;
  /** Of a field that is given twice the first counts. */
  query: Record<string, string>;
  headers: Record<string, string>;
  cookies: Record<string, string>;
  form: Record<string, string>;
  /** When a worker took it, by `performance.now()`. */
  startedAt: number;
}

export interface SiteResponse {
  status: number;
  headers?: Record<string, string | string[]>;
  body?: string;
  /** The application file that made the answer, relative to the site. */
  file?: string;
}

export type SqlValue = string | number | boolean | null | Date;

/** Result of a statement that is no SELECT. */
export interface Changed {
  affectedRows: number;
  insertId: number;
}

export interface SiteDatabase {
  /** Rows of a SELECT, or what was changed. Every value of the statement is a `?`. */
  query(sql: string, values?: SqlValue[]): Promise<Record<string, unknown>[] | Changed>;
}

export type SiteHandler = (request: SiteRequest) => Promise<SiteResponse>;

/** What `app.js` of a site exports. */
export interface SiteModule {
  version: string;
  default: (context: { db: SiteDatabase; server: string }) => SiteHandler;
}

export interface Query {
  /** As the site wrote it, with placeholders. */
  statement: string;
  durationMs: number;
  /** Rows that were read or changed. */
  rows: number;
  error?: string;
  /** Whether the database itself answered, be it with an error. */
  answered: boolean;
}

/** What the server reports about a request; written before the end of the answer is sent. */
export interface TraceLine {
  request: string;
  server: string;
  version: string;
  status: number;
  /** From 1; 0 when no worker saw the request. */
  worker: number;
  /** From the arrival of the request's head to the answer; contains `queueMs`. */
  durationMs: number;
  queueMs: number;
  /** Empty when the server answered without the site. */
  file: string;
  queries: Query[];
  /** The line of the readable log. */
  log: string;
}
