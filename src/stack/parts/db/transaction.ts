import { setTimeout as delay } from 'node:timers/promises';
import { MysqlError } from './errors.ts';
import { isBusy, isSqliteError, isStale } from './failure.ts';
import { quoteName } from './guard.ts';
import type { Locks } from './locks.ts';
import type { Recorder } from './replication/journal.ts';
import type { Sqlite } from './sqlite.ts';
import { TableLocked } from './table-locks.ts';

/** MySQL's transactions on SQLite's: opened as late as possible, and waiting without blocking the process. */
export interface Transaction {
  /** Whether the client is in a transaction, for the server's status flags. */
  readonly active: boolean;
  /** Whether it waits for a table that another connection has locked. */
  readonly waitsForTable: boolean;
  autocommit: boolean;
  begin(): void;
  commit(): void;
  rollback(): void;
  savepoint(name: string): void;
  rollbackTo(name: string): void;
  release(name: string): void;
  /**
   * Reads, or writes as soon as the lock can be had. `admit` throws TableLocked for as long as the statement has to
   * wait; `work` may be run again. Throws 1205 and 1213.
   */
  run<T>(mode: 'read' | 'lock' | 'write', admit: () => void, work: () => T): Promise<T>;
  /** Runs `work` in a transaction of its own, after everything that was open is committed. */
  alone<T>(admit: () => void, work: () => T): Promise<T>;
  /** Runs `work` when nobody writes; then keeps all other writers out, if wanted, until it lets go. */
  hold(keeps: boolean, work: () => void): Promise<void>;
  /** Commits, and ends `hold`. */
  letGo(): void;
}

type Lockable = 'rows' | 'tables';

/** Errors after which SQLite has perhaps ended the transaction by itself: no memory, I/O, full. */
const fatal = new Set([7, 10, 13]);

export const createTransaction = (options: {
  db: Sqlite;
  locks: Locks;
  signal: AbortSignal;
  /** Milliseconds to wait for a lock on rows, or on whole tables. */
  patience: (what: Lockable) => number;
  /** Something was undone, and nobody else has written since. */
  undone: () => void;
  /** Nothing of it can be undone any more. */
  settled: () => void;
  /** Logs what is committed. */
  recorder?: Recorder | undefined;
}): Transaction => {
  const { db, locks, signal, recorder } = options;
  let autocommit = true;
  let explicit = false;
  let open: 'no' | 'read' | 'write' = 'no';
  let savepoints: { name: string; recorded: number }[] = [];
  let holding = false;
  let waitsForTable = false;

  const end = (sql: 'COMMIT' | 'ROLLBACK') => {
    const wasOpen = open !== 'no';
    explicit = false;
    open = 'no';
    savepoints = [];
    if (!wasOpen) return;
    try {
      if (sql === 'ROLLBACK') undo();
      else commit();
    } finally {
      recorder?.forget();
      options.settled();
      locks.released();
    }
  };

  const commit = () => {
    try {
      recorder?.write();
      db.exec('COMMIT');
      recorder?.committed();
    } catch (error) {
      undo();
      throw error;
    }
  };

  const undo = () => {
    try {
      db.exec('ROLLBACK');
    } catch {
      // On a full disk SQLite has done so by itself.
    }
    try {
      options.undone();
    } catch {
      // Nor can the numbers be kept there.
    }
  };

  /** Asked of SQLite, which refuses a transaction within another. */
  const isOpen = (): boolean => {
    try {
      db.exec('BEGIN');
    } catch {
      return true;
    }
    db.exec('ROLLBACK');
    return false;
  };

  const keepHold = () => {
    if (!holding) return;
    db.exec('BEGIN IMMEDIATE');
    open = 'write';
  };

  const finish = (sql: 'COMMIT' | 'ROLLBACK') => {
    end(sql);
    keepHold();
  };

  const inside = () => explicit || !autocommit;

  /** Whether the statement is a transaction of its own, which ends with it. */
  const enter = (mode: 'read' | 'lock' | 'write'): boolean => {
    // Only a transaction that has read nothing yet can be sure to get the lock later.
    if (mode === 'lock' && open === 'read' && savepoints.length === 0) restart();
    // What is logged is committed together with its line in the log; else SQLite's own transaction is enough.
    const alone = !inside() && mode === 'write' && recorder !== undefined;
    if (open !== 'no' || !(inside() || alone)) return false;
    db.exec(mode === 'read' ? 'BEGIN' : 'BEGIN IMMEDIATE');
    open = mode === 'read' ? 'read' : 'write';
    return alone;
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

  const waitForTable = async (deadline: number) => {
    waitsForTable = true;
    try {
      await wait(deadline);
    } finally {
      waitsForTable = false;
    }
  };

  /** Of the latest one of that name. Throws 1305. */
  const indexOf = (name: string): number => {
    const at = savepoints.findLastIndex(savepoint => savepoint.name === name);
    if (at < 0) throw new MysqlError(1305, `SAVEPOINT ${name} does not exist`);
    return at;
  };

  const attempt = async <T>(what: Lockable, work: () => T): Promise<T> => {
    const began = performance.now();
    for (;;) {
      try {
        return work();
      } catch (error) {
        if (error instanceof TableLocked) {
          await waitForTable(began + options.patience('tables'));
          continue;
        }
        if (!isBusy(error)) throw error;
        if (isStale(error) && open === 'read') {
          // What it has read has changed. MySQL would write to the newest rows; so does a fresh transaction.
          if (savepoints.length > 0) {
            end('ROLLBACK');
            throw new MysqlError(1213, 'Deadlock found when trying to get lock; try restarting transaction');
          }
          restart();
          await delay(0);
        } else await wait(began + options.patience(what));
      }
    }
  };

  return {
    get active() {
      return explicit || (!autocommit && open !== 'no');
    },
    get waitsForTable() {
      return waitsForTable;
    },
    get autocommit() {
      return autocommit;
    },
    set autocommit(on) {
      if (on && !autocommit) finish('COMMIT');
      autocommit = on;
    },
    begin: () => {
      end('COMMIT');
      explicit = true;
    },
    commit: () => finish('COMMIT'),
    rollback: () => finish('ROLLBACK'),
    savepoint: name => {
      if (!inside()) return;
      if (open === 'no') {
        db.exec('BEGIN');
        open = 'read';
      }
      db.exec(`SAVEPOINT ${quoteName(name)}`);
      savepoints.push({ name, recorded: recorder?.length ?? 0 });
    },
    rollbackTo: name => {
      const at = indexOf(name);
      db.exec(`ROLLBACK TO ${quoteName(name)}`);
      recorder?.cut(savepoints[at]?.recorded ?? 0);
      options.undone();
      savepoints = savepoints.slice(0, at + 1);
    },
    release: name => {
      const at = indexOf(name);
      db.exec(`RELEASE ${quoteName(name)}`);
      savepoints = savepoints.slice(0, at);
    },
    run: async (mode, admit, work) => {
      try {
        return await attempt('rows', () => {
          admit();
          const alone = enter(mode);
          try {
            const result = work();
            if (mode === 'write' && open === 'read') open = 'write';
            if (alone) end('COMMIT');
            else if (mode === 'write' && holding && autocommit) finish('COMMIT');
            return result;
          } catch (error) {
            if (alone) end('ROLLBACK');
            throw error;
          }
        });
      } catch (error) {
        if (isSqliteError(error) && fatal.has(error.errcode & 0xff) && open !== 'no' && !isOpen())
          finish('ROLLBACK');
        throw error;
      } finally {
        if (mode !== 'read' && open === 'no') locks.released();
      }
    },
    alone: async (admit, work) => {
      end('COMMIT');
      try {
        return await attempt('tables', () => {
          admit();
          db.exec('BEGIN IMMEDIATE');
          open = 'write';
          const result = work();
          end('COMMIT');
          return result;
        });
      } finally {
        finish('ROLLBACK');
      }
    },
    hold: async (keeps, work) => {
      end('COMMIT');
      await attempt('tables', () => {
        db.exec('BEGIN IMMEDIATE');
        open = 'write';
        try {
          work();
          holding = keeps;
        } finally {
          if (!holding) end('ROLLBACK');
        }
      });
    },
    letGo: () => {
      holding = false;
      end('COMMIT');
    },
  };
};
