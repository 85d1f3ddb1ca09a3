import { setTimeout as delay } from 'node:timers/promises';
import { MysqlError } from './errors.ts';
import { isBusy, isSqliteError, isStale } from './failure.ts';
import { quoteName } from './guard.ts';
import type { Locks } from './locks.ts';
import type { Sqlite } from './sqlite.ts';

/** MySQL's transactions on SQLite's: opened as late as possible, and waiting without blocking the process. */
export interface Transaction {
  /** Whether the client is in a transaction, for the server's status flags. */
  readonly active: boolean;
  autocommit: boolean;
  begin(): void;
  commit(): void;
  rollback(): void;
  savepoint(name: string): void;
  rollbackTo(name: string): void;
  release(name: string): void;
  /** Reads, or writes as soon as the lock can be had. `work` may be run again. Throws 1205 and 1213. */
  run<T>(mode: 'read' | 'lock' | 'write', work: () => T): Promise<T>;
  /** Runs `work` in a transaction of its own, after everything that was open is committed. */
  alone<T>(work: () => T): Promise<T>;
}

/** Errors after which SQLite may have ended the transaction by itself: no memory, I/O, full. */
const fatal = new Set([7, 10, 13]);

export const createTransaction = (options: {
  db: Sqlite;
  locks: Locks;
  signal: AbortSignal;
  /** Milliseconds to wait for a lock on rows, or on the schema. */
  patience: (what: 'rows' | 'schema') => number;
}): Transaction => {
  const { db, locks, signal } = options;
  let autocommit = true;
  let explicit = false;
  let open: 'no' | 'read' | 'write' = 'no';
  let savepoints: string[] = [];

  const end = (sql: 'COMMIT' | 'ROLLBACK') => {
    const wasOpen = open !== 'no';
    explicit = false;
    open = 'no';
    savepoints = [];
    if (!wasOpen) return;
    try {
      db.exec(sql);
    } catch (error) {
      if (sql === 'ROLLBACK') return;
      db.exec('ROLLBACK');
      throw error;
    } finally {
      locks.released();
    }
  };

  const inside = () => explicit || !autocommit;

  const enter = (mode: 'read' | 'lock' | 'write') => {
    // Only a transaction that has read nothing yet can be sure to get the lock later.
    if (mode === 'lock' && open === 'read' && savepoints.length === 0) restart();
    if (!inside() || open !== 'no') return;
    db.exec(mode === 'read' ? 'BEGIN' : 'BEGIN IMMEDIATE');
    open = mode === 'read' ? 'read' : 'write';
  };

  const restart = () => {
    db.exec('ROLLBACK');
    open = 'no';
  };

  /** Waits for the lock; throws when that has taken too long, and when the client is gone. */
  const wait = async (deadline: number) => {
    const left = deadline - performance.now();
    if (left <= 0) throw new MysqlError(1205, 'Lock wait timeout exceeded; try restarting transaction');
    await locks.wait(left, signal);
    if (signal.aborted) throw new MysqlError(1317, 'Query execution was interrupted');
  };

  const attempt = async <T>(what: 'rows' | 'schema', work: () => T): Promise<T> => {
    const deadline = performance.now() + options.patience(what);
    for (;;) {
      try {
        return work();
      } catch (error) {
        if (!isBusy(error)) throw error;
        if (isStale(error) && open === 'read') {
          // What it has read has changed. MySQL would write to the newest rows; so does a fresh transaction.
          if (savepoints.length > 0) {
            end('ROLLBACK');
            throw new MysqlError(1213, 'Deadlock found when trying to get lock; try restarting transaction');
          }
          restart();
          await delay(0);
        } else await wait(deadline);
      }
    }
  };

  return {
    get active() {
      return explicit || (!autocommit && open !== 'no');
    },
    get autocommit() {
      return autocommit;
    },
    set autocommit(on) {
      if (on && !autocommit) end('COMMIT');
      autocommit = on;
    },
    begin: () => {
      end('COMMIT');
      explicit = true;
    },
    commit: () => end('COMMIT'),
    rollback: () => end('ROLLBACK'),
    savepoint: name => {
      if (!inside()) return;
      if (open === 'no') {
        db.exec('BEGIN');
        open = 'read';
      }
      db.exec(`SAVEPOINT ${quoteName(name)}`);
      savepoints.push(name);
    },
    rollbackTo: name => {
      if (!savepoints.includes(name)) throw new MysqlError(1305, `SAVEPOINT ${name} does not exist`);
      db.exec(`ROLLBACK TO ${quoteName(name)}`);
      savepoints = savepoints.slice(0, savepoints.lastIndexOf(name) + 1);
    },
    release: name => {
      if (!savepoints.includes(name)) throw new MysqlError(1305, `SAVEPOINT ${name} does not exist`);
      db.exec(`RELEASE ${quoteName(name)}`);
      savepoints = savepoints.slice(0, savepoints.lastIndexOf(name));
    },
    run: async (mode, work) => {
      try {
        return await attempt('rows', () => {
          enter(mode);
          const result = work();
          if (mode === 'write' && open === 'read') open = 'write';
          return result;
        });
      } catch (error) {
        if (isSqliteError(error) && fatal.has(error.errcode & 0xff) && open !== 'no') end('ROLLBACK');
        throw error;
      } finally {
        if (mode !== 'read' && open === 'no') locks.released();
      }
    },
    alone: async work => {
      end('COMMIT');
      try {
        return await attempt('schema', () => {
          db.exec('BEGIN IMMEDIATE');
          open = 'write';
          const result = work();
          end('COMMIT');
          return result;
        });
      } catch (error) {
        end('ROLLBACK');
        throw error;
      }
    },
  };
};
