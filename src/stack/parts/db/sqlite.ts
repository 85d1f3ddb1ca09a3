/** SQLite as the rest of this server wants it: arrays, bigints, column types, statements prepared once. */

import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { sqliteFunctions } from './functions.ts';
import { quoteName } from './guard.ts';
import type { Argument } from './scalars.ts';
import type { Value } from './values.ts';

export interface ResultColumn {
  name: string;
  /** Declared type of the table's column that it comes from; empty for expressions. */
  type: string;
  table: string | undefined;
  column: string | undefined;
}

export interface Prepared {
  /** Empty for statements that return no rows. */
  readonly columns: readonly ResultColumn[];
  all(binds: readonly Value[]): Value[][];
  run(binds: readonly Value[]): { changes: number; lastInsertRowid: bigint };
}

export interface Sqlite {
  exec(sql: string): void;
  /** Prepares, or finds what was prepared before. Throws SQLite's own errors. */
  prepare(sql: string): Prepared;
  rows(sql: string, ...binds: Value[]): Value[][];
  /** After a change of the schema nothing prepared is as it was. */
  forget(): void;
  define(functions: readonly [string, (...args: Argument[]) => Value][]): void;
  close(): void;
}

const mostStatements = 200;

// Node 22.13 to 22.15 have neither columns() nor setReturnArrays(), and cut texts at a NUL.
const probe = new DatabaseSync(':memory:');
const probed = probe.prepare('SELECT ? AS t');
const knowsColumns = 'columns' in probed && 'setReturnArrays' in probed;
const keepsNul = (probed.get('a\0b') as { t: string }).t.length === 3;
probe.close();

const inputs = (binds: readonly Value[]): SQLInputValue[] =>
  (keepsNul
    ? binds
    : binds.map(v => (typeof v === 'string' && v.includes('\0') ? Buffer.from(v) : v))) as SQLInputValue[];

const describe = (statement: StatementSync): ResultColumn[] =>
  statement.columns().map(({ name, type, table, column }) => ({
    name,
    type: type ?? '',
    table: table ?? undefined,
    column: column ?? undefined,
  }));

const returnsRows = (sql: string): boolean => /^\s*(?:SELECT|WITH|VALUES|EXPLAIN|PRAGMA)\b/i.test(sql);

/** The columns by way of a view, and rows under names of which none can be lost. */
const prepareOld = (db: DatabaseSync, sql: string): { statement: StatementSync; columns: ResultColumn[] } => {
  const plain = () => ({ statement: db.prepare(sql), columns: [] });
  if (!/^\s*(?:SELECT|WITH)\b/i.test(sql)) return plain();
  const checked = db.prepare(sql);
  const view = quoteName('embedded_view');
  try {
    db.exec(`CREATE TEMP VIEW ${view} AS ${sql.replaceAll(/(?<= )\?(?= |$)/g, 'NULL')}`);
  } catch {
    return { statement: checked, columns: [] };
  }
  const info = db.prepare(`PRAGMA temp.table_info(${view})`).all() as { name: string; type: string }[];
  db.exec(`DROP VIEW temp.${view}`);
  const names = info.map((_, i) => quoteName(`c${i}`)).join(', ');
  const columns = info.map(({ name, type }) => ({
    name: name.replace(/:\d+$/, ''),
    // A view says BLOB where nothing was declared; what was declared here is in small letters.
    type: type === 'BLOB' ? '' : type,
    table: undefined,
    column: undefined,
  }));
  return { statement: db.prepare(`WITH r (${names}) AS (${sql}) SELECT * FROM r`), columns };
};

const prepare = (db: DatabaseSync, sql: string): Prepared => {
  const old = knowsColumns ? undefined : prepareOld(db, sql);
  const statement = old?.statement ?? db.prepare(sql);
  statement.setReadBigInts(true);
  if (knowsColumns) statement.setReturnArrays(true);
  return {
    columns: old?.columns ?? (returnsRows(sql) ? describe(statement) : []),
    all: binds => {
      const rows = statement.all(...inputs(binds)) as unknown[];
      return (knowsColumns ? rows : rows.map(row => Object.values(row as object))) as Value[][];
    },
    run: binds => {
      const { changes, lastInsertRowid } = statement.run(...inputs(binds));
      return { changes: Number(changes), lastInsertRowid: BigInt(lastInsertRowid) };
    },
  };
};

/** Action codes of sqlite3_set_authorizer. */
const refusedActions = new Set([24 /* ATTACH */, 25 /* DETACH */, 29 /* CREATE VIRTUAL TABLE */]);

/** A second wall behind guard.ts, where Node has it (24.10). */
const authorize = (db: DatabaseSync): void => {
  if (typeof db.setAuthorizer !== 'function') return;
  db.setAuthorizer((action, _first, second) => {
    const refused =
      refusedActions.has(action) || (action === 31 && !sqliteFunctions.has(String(second).toLowerCase()));
    return refused ? 1 : 0;
  });
};

export const openSqlite = (file: string): Sqlite => {
  const db = new DatabaseSync(file);
  authorize(db);
  // Never waits for a lock: a wait inside SQLite would stop the very process that has to release it.
  db.exec(
    'PRAGMA busy_timeout = 0; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON',
  );
  let prepared = new Map<string, Prepared>();
  const cached = (sql: string): Prepared => {
    const known = prepared.get(sql);
    if (known) {
      // Used last goes last, so that the first is the one to forget.
      prepared.delete(sql);
      prepared.set(sql, known);
      return known;
    }
    const made = prepare(db, sql);
    if (prepared.size >= mostStatements) prepared.delete(prepared.keys().next().value ?? '');
    prepared.set(sql, made);
    return made;
  };
  return {
    exec: sql => db.exec(sql),
    prepare: cached,
    rows: (sql, ...binds) => cached(sql).all(binds),
    forget: () => {
      prepared = new Map();
    },
    define: functions => {
      for (const [name, run] of functions)
        db.function(
          name,
          { varargs: true, useBigIntArguments: true },
          run as (...args: SQLOutputValue[]) => SQLInputValue,
        );
    },
    close: () => db.close(),
  };
};
