/** LOCK TABLES: who holds which table. SQLite locks no single one, so the server keeps the list itself. */

import { MysqlError } from './errors.ts';

export type LockMode = 'READ' | 'WRITE';
export type LockedTables = ReadonlyMap<string, LockMode>;

/** What a statement does with tables. */
export interface TableUse {
  reads: readonly string[];
  writes: readonly string[];
}

/** Another connection holds a table: to be tried again later. */
export class TableLocked extends Error {}

export interface TableLocks {
  holds(connection: number): boolean;
  /** Throws TableLocked when another connection holds one of them in a mode that forbids it. */
  take(connection: number, tables: LockedTables): void;
  release(connection: number): void;
  /** Throws TableLocked, and 1099 and 1100 for whoever holds other locks than the statement needs. */
  check(connection: number, use: TableUse): void;
}

const checkOwn = (own: LockedTables, { reads, writes }: TableUse): void => {
  const missing = [...writes, ...reads].find(table => !own.has(table));
  if (missing !== undefined) throw new MysqlError(1100, `Table '${missing}' was not locked with LOCK TABLES`);
  const readOnly = writes.find(table => own.get(table) === 'READ');
  if (readOnly !== undefined)
    throw new MysqlError(1099, `Table '${readOnly}' was locked with a READ lock and can't be updated`);
};

export const createTableLocks = (): TableLocks => {
  const holders = new Map<number, LockedTables>();

  const checkOthers = (connection: number, { reads, writes }: TableUse): void => {
    for (const [holder, held] of holders) {
      if (holder === connection) continue;
      if (writes.some(table => held.has(table)) || reads.some(table => held.get(table) === 'WRITE'))
        throw new TableLocked();
    }
  };

  return {
    holds: connection => holders.has(connection),
    take: (connection, tables) => {
      const inMode = (mode: LockMode): string[] =>
        [...tables].flatMap(([name, wanted]) => (wanted === mode ? [name] : []));
      checkOthers(connection, { reads: inMode('READ'), writes: inMode('WRITE') });
      holders.set(connection, tables);
    },
    release: connection => holders.delete(connection),
    check: (connection, use) => {
      if (holders.size === 0) return;
      const own = holders.get(connection);
      if (own) checkOwn(own, use);
      checkOthers(connection, use);
    },
  };
};
