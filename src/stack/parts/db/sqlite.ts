/** SQLite as the rest of this server wants it: arrays, bigints, column types, statements prepared once. */

import { DatabaseSync, type SQLInputValue, type SQLOutputValue, StatementSync } from 'node:sqlite';
import { notSupported } from './errors.ts';
import { sqliteFunctions } from './functions.ts';
import { quoteName } from './guard.ts';
import { recent } from './recent.ts';
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

const mostStatements = { most: 200, longest: 10_000 };

const mega = 1024 * 1024;
/** All rows of a result, which are in memory until they are sent. */
const longestResult = 64 * mega;
/** The longest text that a packet can carry is 16 MB; a row in SQLite's own form is a little longer. */
const longestValue = 17 * mega;
/** The whole database, which may well be kept in memory where temporary files are. */
const largestDatabase = 256 * mega;
const pageBytes = 4096;
/** What SQLite may use while it sorts and joins, in all connections; only some builds of it count. */
const mostMemory = 512 * mega;

// Node 22.13 to 22.15 have neither columns() nor setReturnArrays().
const isOld = !('columns' in StatementSync.prototype);

/** Many versions of Node, 24.4 among them, cut texts at a NUL when they return them; bytes come back whole. */
let keepsNul: boolean | undefined;

const probeNul = (): boolean => {
  const probe = new DatabaseSync(':memory:');
  const { text } = probe.prepare('SELECT ? AS text').get('a\0b') as { text: string };
  probe.close();
  return text.length === 3;
};

const hasNul = (value: Value): boolean => typeof value === 'string' && value.includes('\0');

const inputs = (binds: readonly Value[]): SQLInputValue[] => {
  if (!binds.some(hasNul)) return binds as SQLInputValue[];
  keepsNul ??= probeNul();
  return binds.map(v => (hasNul(v) && !keepsNul ? Buffer.from(v as string) : v)) as SQLInputValue[];
};

const sizeOf = (value: Value): number =>
  typeof value === 'string' || value instanceof Uint8Array ? value.length + 8 : 8;

/** Row after row, because nobody knows how many there are before they are there. */
const collect = (rows: Iterable<Value[]>): Value[][] => {
  const all: Value[][] = [];
  let size = 0;
  for (const row of rows) {
    for (const value of row) size += sizeOf(value);
    if (size > longestResult) throw notSupported(`results of more than ${longestResult / mega} MB`);
    all.push(row);
  }
  return all;
};

function* values(rows: Iterable<object>): Generator<Value[]> {
  for (const row of rows) yield Object.values(row);
}

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
  const old = isOld ? prepareOld(db, sql) : undefined;
  const statement = old?.statement ?? db.prepare(sql);
  statement.setReadBigInts(true);
  if (!old) statement.setReturnArrays(true);
  return {
    columns: old?.columns ?? (returnsRows(sql) ? describe(statement) : []),
    all: binds => {
      const rows = statement.iterate(...inputs(binds)) as Iterable<unknown>;
      return collect(old ? values(rows as Iterable<object>) : (rows as Iterable<Value[]>));
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

/** Where Node has it (24.14), no value gets longer than a packet. */
const limitLengths = (db: DatabaseSync): void => {
  if ('limits' in db) Object.assign(db.limits as object, { length: longestValue });
};

const settings = [
  // Never waits for a lock: a wait inside SQLite would stop the very process that has to release it.
  'busy_timeout = 0',
  'journal_mode = WAL',
  // The database lives no longer than the run: nothing of it has to survive the machine.
  'synchronous = OFF',
  'foreign_keys = ON',
  // What does not fit is refused, and never written to a file outside of the run directory.
  'temp_store = MEMORY',
  `hard_heap_limit = ${mostMemory}`,
  `max_page_count = ${largestDatabase / pageBytes}`,
];

export const openSqlite = (file: string): Sqlite => {
  const db = new DatabaseSync(file);
  authorize(db);
  limitLengths(db);
  db.exec(settings.map(setting => `PRAGMA ${setting}`).join('; '));
  const statements = recent(mostStatements, sql => prepare(db, sql));
  return {
    exec: sql => db.exec(sql),
    prepare: statements.get,
    rows: (sql, ...binds) => statements.get(sql).all(binds),
    forget: statements.forget,
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
