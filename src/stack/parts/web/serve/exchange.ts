import type { Stats } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Mapping } from '../conf/mapping.ts';
import type { Config, Server, Target } from '../conf/model.ts';
import type { Body } from './body.ts';

/** The words of `$upstream_cache_status`. */
export type CacheStatus = 'MISS' | 'BYPASS' | 'EXPIRED' | 'STALE' | 'UPDATING' | 'REVALIDATED' | 'HIT';

/** One try with one server of an upstream; times in milliseconds from the start of the try. */
export interface Try {
  address: string;
  status?: number;
  connectMs?: number;
  headerMs?: number;
  responseMs?: number;
}

/** One request and all that is known about its answer so far. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  config: Config;
  server: Server;
  /** Whose settings count now; another one after an internal redirect. */
  target: Target;
  /** `performance.now()` when the request had been read. */
  started: number;
  /** The same when the last byte of the body was handed over; of bodies that are sent piece by piece. */
  sent: number | undefined;
  /** Number of the connection, and of the request on it. */
  connection: number;
  serial: number;
  id: string;
  /** As sent; `GET` once an error page is being made. */
  method: string;
  /** Path and query as sent. */
  requestUri: string;
  /** Decoded path, without `..` and doubled slashes; changes with internal redirects. */
  uri: string;
  args: string;
  /** Whether `uri` is still the path as it was sent. */
  untouched: boolean;
  /** Name that was asked for, lower case, without a port. */
  host: string;
  /** What `map` has made of it so far. */
  mapped: Map<Mapping, string | undefined> | undefined;
  /** What the location's regular expression caught. */
  captures: RegExpExecArray | undefined;
  /** The file that was looked for last, and what was found. */
  seen: { file: string; stats: Stats | NodeJS.ErrnoException } | undefined;
  tries: Try[];
  upstreamHeaders: readonly string[];
  /** URL that was asked for last at an upstream, for the error log. */
  upstream: string | undefined;
  body: Body | undefined;
  /** What the cache had to say about it; undefined where no cache was asked. */
  cache: CacheStatus | undefined;
  /** The answer as it went out. */
  status: number;
  sentHeaders: readonly string[];
  bodyBytes: number;
  bytesBefore: number;
}
