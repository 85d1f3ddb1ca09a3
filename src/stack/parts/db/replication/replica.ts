/**
 * A server that repeats another one. As in MySQL one half fetches the source's log as fast as it can, and the other
 * applies what was fetched, in order, `delayMs` after it was committed. What is fetched and not yet applied is kept
 * in memory: it is fetched again after a restart.
 */

import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { MysqlError } from '../errors.ts';
import type { Server } from '../server.ts';
import { type Applier, ApplyError, createApplier } from './apply.ts';
import { createBell } from './bell.ts';
import { type Entry, readEntry } from './entry.ts';
import { fetchLog } from './fetch.ts';
import { createHalf } from './half.ts';
import type { Halves } from './order-syntax.ts';
import type { Source } from './source.ts';

export interface Failure {
  code: number;
  message: string;
}

export interface ReplicaStatus {
  source: Source;
  sourceId: number;
  fetching: 'No' | 'Connecting' | 'Yes';
  applying: boolean;
  /** The last transaction that was fetched. */
  fetched: string;
  fetchError: Failure | undefined;
  applyError: Failure | undefined;
  /** By how many milliseconds what is applied next is older than now; nothing when a half stands still. */
  behindMs: number | undefined;
  /** Until what was fetched may be applied. */
  waitsMs: number | undefined;
  /** Bytes that were fetched and not applied. */
  waiting: number;
}

export interface Replica {
  readonly status: ReplicaStatus;
  readonly running: Halves;
  source: Source;
  start(halves: Halves): void;
  /** Resolves when they stand still. */
  stop(halves: Halves): Promise<void>;
}

interface Fetched {
  entry: Entry;
  line: string;
}

/** So much may wait in memory before no more is fetched. */
const mostWaiting = 16 * 1024 * 1024;
/** Errors that trying again does not mend: the position is not in the source's log, or it has none. */
const fatalCodes = new Set([1227, 1236]);
/** How long transactions are applied before clients have their turn. */
const turnMs = 20;

export const createReplica = (server: Server, given: Source): Replica => {
  const { journal } = server;
  let source = given;
  let sourceId = 0;
  let queue: Fetched[] = [];
  let waiting = 0;
  let fetched = journal?.positions.repeated ?? '';
  let fetching: ReplicaStatus['fetching'] = 'No';
  let fetchError: Failure | undefined;
  let applyError: Failure | undefined;
  /** Something has come, gone, or is to be looked at again. */
  const bell = createBell();

  const take = async (line: string, signal: AbortSignal): Promise<void> => {
    const entry = readEntry(line);
    queue.push({ entry, line });
    waiting += line.length;
    fetched = entry.gtid;
    bell.ring();
    while (waiting > mostWaiting && !signal.aborted) await bell.wait(signal);
  };

  const describe = (error: unknown): Failure => {
    const { host, port, user, retryMs } = source;
    const code = error instanceof MysqlError ? error.code : 2003;
    if (fatalCodes.has(code)) return { code, message: (error as Error).message };
    return {
      code,
      message: `error connecting to master '${user}@${host}:${port}' - retry-time: ${retryMs / 1000}  message: ${(error as Error).message}`,
    };
  };

  const fetchHalf = createHalf(async signal => {
    fetching = 'Connecting';
    const listener = {
      connected: (server: number) => {
        sourceId = server;
        fetching = 'Yes';
        fetchError = undefined;
      },
      line: (text: string) => take(text, signal),
    };
    while (!signal.aborted) {
      try {
        await fetchLog(source, fetched, listener, signal);
      } catch (error) {
        if (signal.aborted) break;
        fetchError = describe(error);
        if (fatalCodes.has(fetchError.code)) break;
        fetching = 'Connecting';
      }
      await sleep(source.retryMs, undefined, { signal }).catch(() => {});
    }
    fetching = 'No';
  });

  const dueInMs = ({ entry }: Fetched): number => entry.at + source.delayMs - Date.now();

  const applyAll = async (applier: Applier, signal: AbortSignal): Promise<void> => {
    let turnBegan = performance.now();
    while (!signal.aborted) {
      const next = queue[0];
      if (!next) await bell.wait(signal);
      else if (dueInMs(next) > 0) await bell.wait(signal, dueInMs(next));
      else {
        await applier.apply(next.entry, next.line);
        queue.shift();
        waiting -= next.line.length;
        bell.ring();
        if (performance.now() - turnBegan < turnMs) continue;
        await nextTurn();
      }
      turnBegan = performance.now();
    }
  };

  const applyHalf = createHalf(async signal => {
    applyError = undefined;
    const connection = ++server.connections;
    const applier = createApplier(server, {
      account: { user: 'system user', password: '', admin: true },
      connection,
      host: '',
      database: undefined,
      foundRows: false,
      kill: () => {},
    });
    // It may wait for a lock.
    signal.addEventListener('abort', applier.interrupt);
    try {
      await applyAll(applier, signal);
    } catch (error) {
      if (signal.aborted) return;
      const code = error instanceof ApplyError ? error.code : 1105;
      applyError = { code, message: (error as Error).message };
    } finally {
      applier.close();
    }
  });

  const replica: Replica = {
    get source() {
      return source;
    },
    set source(next) {
      source = next;
      bell.ring();
    },
    get running() {
      return { io: fetchHalf.running, sql: applyHalf.running };
    },
    get status() {
      const [next] = queue;
      const moves = fetching === 'Yes' && applyHalf.running;
      const behind = next ? Math.max(0, Date.now() - next.entry.at) : 0;
      return {
        source,
        sourceId,
        fetching,
        applying: applyHalf.running,
        fetched,
        fetchError,
        applyError,
        behindMs: moves ? behind : undefined,
        waitsMs: next && applyHalf.running && dueInMs(next) > 0 ? dueInMs(next) : undefined,
        waiting,
      };
    },
    start: ({ io, sql }) => {
      // What was fetched before both stood still is fetched again, perhaps from another source.
      if (!fetchHalf.running && !applyHalf.running) {
        queue = [];
        waiting = 0;
        fetched = journal?.positions.repeated ?? '';
      }
      if (sql) applyHalf.start();
      if (io) fetchHalf.start();
    },
    stop: async ({ io, sql }) => {
      await Promise.all([io && fetchHalf.stop(), sql && applyHalf.stop()]);
    },
  };
  return replica;
};
