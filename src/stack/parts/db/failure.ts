/** What SQLite complained about, in MySQL's numbers and words. */

import { backtick } from './create-statement.ts';
import type { Bind, Piece } from './emitter.ts';
import { MysqlError, noSuchTable, notSupported, syntaxError, unknownColumn } from './errors.ts';
import { columnOf, type KeyModel, type TableModel } from './model.ts';
import type { Statement, WritePlan } from './plan.ts';
import type { Sqlite } from './sqlite.ts';
import type { Value } from './values.ts';

interface SqliteError extends Error {
  errcode: number;
}

export const isSqliteError = (error: unknown): error is SqliteError =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';

/** Another connection holds the lock. */
export const isBusy = (error: unknown): boolean =>
  isSqliteError(error) && [5, 6].includes(error.errcode & 0xff);

/** The transaction has read what another one has changed since: SQLITE_BUSY_SNAPSHOT. */
export const isStale = (error: unknown): boolean => isSqliteError(error) && error.errcode === 517;

export interface Failed {
  db: Sqlite;
  database: string;
  tables: ReadonlyMap<string, TableModel>;
  statement: Statement | undefined;
  plan: WritePlan | undefined;
  /** The value that was bound. */
  value(bind: Bind): Value;
}

const isSyntax = (db: Sqlite, pieces: readonly Piece[]): boolean => {
  try {
    db.prepare(pieces.map(({ sql }) => sql).join(' '));
    return false;
  } catch (error) {
    return error instanceof Error && /syntax error|unrecognized token/.test(error.message);
  }
};

/** The shortest beginning that is wrong ends with the word that SQLite stumbled over. */
const locate = (db: Sqlite, { source }: Statement): MysqlError => {
  const { pieces, text } = source;
  let good = 0;
  let bad = pieces.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isSyntax(db, pieces.slice(0, middle))) bad = middle;
    else good = middle;
  }
  const wrong = isSyntax(db, pieces) ? pieces[bad - 1] : undefined;
  return syntaxError(text, wrong?.at ?? text.length);
};

const clauseOf = (statement: Statement | undefined, column: string): string => {
  const last = column.split('.').at(-1);
  return statement?.source.pieces.find(({ name, clause }) => name === last && clause)?.clause ?? 'field list';
};

const valueText = (value: Value): string =>
  value instanceof Uint8Array ? Buffer.from(value).toString() : String(value);

const keyOf = (table: TableModel | undefined, columns: readonly string[]): KeyModel | undefined =>
  table?.keys.find(
    ({ kind, columns: parts }) =>
      kind !== 'index' &&
      parts.length === columns.length &&
      parts.every((part, i) => part.name === columns[i]),
  );

/** The first row whose key is there already, or was there earlier among the rows. */
const duplicate = (failed: Failed, table: TableModel, columns: readonly string[]): string | undefined => {
  const condition = columns.map(column => `"${column.replaceAll('"', '""')}" = ?`).join(' AND ');
  const seen = new Set<string>();
  for (const row of failed.plan?.rows ?? []) {
    const binds = columns.flatMap(column => row.get(column) ?? []);
    if (binds.length < columns.length) continue;
    const values = binds.map(failed.value);
    const text = values.map(valueText).join('-');
    const found = failed.db.rows(
      `SELECT 1 FROM "${table.name.replaceAll('"', '""')}" WHERE ${condition}`,
      ...values,
    );
    if (found.length > 0 || seen.has(text.toLowerCase())) return text;
    seen.add(text.toLowerCase());
  }
  return undefined;
};

const duplicateEntry = (failed: Failed, list: string): MysqlError => {
  const columns = list.split(', ').map(part => part.slice(part.indexOf('.') + 1));
  const name = list.slice(0, list.indexOf('.'));
  const table = failed.tables.get(name);
  const key = keyOf(table, columns)?.name ?? 'PRIMARY';
  const entry = (table && duplicate(failed, table, columns)) ?? '?';
  return new MysqlError(1062, `Duplicate entry '${entry}' for key '${name}.${key}'`);
};

const plainTypes: Record<string, string> = { 1292: 'datetime', 1366: 'integer' };

const badValue = (failed: Failed, code: number, name: string): MysqlError => {
  if (code === 3819) return new MysqlError(code, `Check constraint '${name}' is violated.`);
  if (code === 1406) return new MysqlError(code, `Data too long for column '${name}' at row 1`);
  if (code === 1264) return new MysqlError(code, `Out of range value for column '${name}' at row 1`);
  if (code === 1265) return new MysqlError(code, `Data truncated for column '${name}' at row 1`);
  if (code === 3140)
    return new MysqlError(
      code,
      `Invalid JSON text: "Invalid value." at position 0 in value for column '${name}'.`,
    );
  const bind = failed.plan?.rows[0]?.get(name);
  const column = failed.plan && columnOf(failed.plan.table, name);
  const type =
    column && /^(?:decimal|double|float|date)$/.test(column.type.name) ? column.type.name : plainTypes[code];
  const value = bind ? `: '${valueText(failed.value(bind))}'` : ' value';
  return new MysqlError(code, `Incorrect ${type} value${bind ? value : ''} for column '${name}' at row 1`);
};

const foreignKey = (failed: Failed): MysqlError => {
  const { plan, tables, database } = failed;
  const child = plan?.verb === 'DELETE' ? undefined : plan?.table.foreignKeys[0];
  const fromParent = [...tables.values()].flatMap(table =>
    table.foreignKeys.filter(key => key.table === plan?.table.name).map(key => ({ table, key })),
  )[0];
  const isChild =
    child &&
    (plan?.verb !== 'UPDATE' || child.columns.some(column => plan.rows[0]?.has(column)) || !fromParent);
  const table = isChild ? plan?.table : fromParent?.table;
  const key = isChild ? child : fromParent?.key;
  const names = (list: readonly string[] = []) => list.map(backtick).join(', ');
  const constraint =
    `(${backtick(database)}.${backtick(table?.name ?? '')}, CONSTRAINT ${backtick(key?.name ?? '')} FOREIGN KEY ` +
    `(${names(key?.columns)}) REFERENCES ${backtick(key?.table ?? '')} (${names(key?.references)}))`;
  return isChild
    ? new MysqlError(1452, `Cannot add or update a child row: a foreign key constraint fails ${constraint}`)
    : new MysqlError(
        1451,
        `Cannot delete or update a parent row: a foreign key constraint fails ${constraint}`,
      );
};

const patterns: [RegExp, (failed: Failed, ...groups: string[]) => MysqlError][] = [
  [/^UNIQUE constraint failed: (.*)$/s, duplicateEntry],
  [
    /^NOT NULL constraint failed: [^.]*\.(.*)$/s,
    (_, name) => new MysqlError(1048, `Column '${name}' cannot be null`),
  ],
  [
    /^CHECK constraint failed: (\d+):(.*)$/s,
    (failed, code, name) => badValue(failed, Number(code), name ?? ''),
  ],
  [/^FOREIGN KEY constraint failed$/, foreignKey],
  [/^no such table: (?:main\.)?(.*)$/s, ({ database }, name) => noSuchTable(database, name ?? '')],
  [
    /^no such column: "?(.*?)"?(?: - should this be a string literal .*)?$/s,
    ({ statement }, name = '') => unknownColumn(name, clauseOf(statement, name)),
  ],
  [/^table \S+ has no column named (.*)$/s, (_, name = '') => unknownColumn(name, 'field list')],
  [
    /^ambiguous column name: (.*)$/s,
    ({ statement }, name = '') =>
      new MysqlError(1052, `Column '${name}' in ${clauseOf(statement, name)} is ambiguous`),
  ],
  [
    /^wrong number of arguments to function (?:my_|i(?=if))?(.*)\(\)$/,
    (_, name) => new MysqlError(1582, `Incorrect parameter count in the call to native function '${name}'`),
  ],
  [/^no such savepoint: (.*)$/s, (_, name) => new MysqlError(1305, `SAVEPOINT ${name} does not exist`)],
  [
    /sub-select returns \d+ columns|row value misused/,
    () => new MysqlError(1241, 'Operand should contain 1 column(s)'),
  ],
  [
    /do not have the same number of result columns/,
    () => new MysqlError(1222, 'The used SELECT statements have a different number of columns'),
  ],
  [/^misuse of (?:aggregate|window function)/, () => new MysqlError(1111, 'Invalid use of group function')],
  [/^DISTINCT aggregates must/, () => notSupported('DISTINCT with SEPARATOR')],
  [/^a GROUP BY clause is required before HAVING$/, () => notSupported('HAVING without GROUP BY')],
  [/^datatype mismatch$/, () => new MysqlError(1366, 'Incorrect integer value')],
  [
    /^database or disk is full$/,
    ({ plan }) => new MysqlError(1114, plan ? `The table '${plan.table.name}' is full` : 'The table is full'),
  ],
  [
    /^disk I\/O error$/,
    () => new MysqlError(1030, 'Got error 5 "Input/output error" from storage engine InnoDB'),
  ],
  [/^out of memory$/, () => new MysqlError(1041, 'Out of memory.')],
  [
    /^(?:Recursion limit|Expression tree is too large|parser stack overflow)/,
    () => notSupported('expressions that are nested so deeply'),
  ],
  [/^too many columns/, () => new MysqlError(1117, 'Too many columns')],
  [/^too many terms in compound SELECT$/, () => notSupported('more than 500 SELECTs in one UNION')],
  [/too big$/, () => new MysqlError(1153, "Got a packet bigger than 'max_allowed_packet' bytes")],
  [/^(\d)\w\w (?:ORDER|GROUP) BY term out of range/, (_, n) => unknownColumn(n ?? '', 'order clause')],
];

/** Never throws; what nobody foresaw keeps SQLite's words under MySQL's number for that, 1105. */
export const mysqlErrorOf = (error: unknown, failed: Failed): MysqlError => {
  if (error instanceof MysqlError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (isSqliteError(error)) {
    if (failed.statement && /syntax error$|^incomplete input$|^unrecognized token/.test(message))
      return locate(failed.db, failed.statement);
    for (const [pattern, make] of patterns) {
      const match = pattern.exec(message);
      if (match) return make(failed, ...match.slice(1));
    }
  }
  // Of JavaScript's numbers and lengths, in a function of functions.ts.
  if (error instanceof RangeError) return new MysqlError(1690, 'BIGINT value is out of range');
  return new MysqlError(1105, `Unknown error: ${message}`);
};
