/** What the server knows about itself, as the tables of information_schema. SHOW reads from here too. */

import { defaultText, extraText, typeText } from './create-statement.ts';
import { emptyTables } from './information-empty.ts';
import { constraintRows, keyRows, referenceRows, usageRows } from './information-keys.ts';
import { type ColumnModel, isText, type KeyModel, type TableModel } from './model.ts';
import type { Value } from './values.ts';

export interface Process {
  id: number;
  user: string;
  host: string;
  database: string | null;
  command: string;
  /** Seconds. */
  time: number;
  state: string;
  info: string | null;
}

/** What these tables are made from. */
export interface ServerView {
  database: string;
  tables: ReadonlyMap<string, TableModel>;
  /** The connections that the account may see. */
  processes(): Process[];
  rowCount(table: string): bigint;
  /** What AUTO_INCREMENT gives next; nothing for tables without. */
  nextId(table: TableModel): bigint | null;
  /** Whose it is, as `'user'@'host'`, and whether that account may do everything. */
  account: { grantee: string; admin: boolean };
  variables(): [string, Value][];
  status(): [string, Value][];
}

/** What the web application's account may do with the tables of its database. */
export const webRights = [
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'CREATE',
  'DROP',
  'REFERENCES',
  'INDEX',
  'ALTER',
  'LOCK TABLES',
];

interface InformationTable {
  columns: readonly string[];
  rows(view: ServerView): Value[][];
}

const table = (columns: string, rows: InformationTable['rows']): InformationTable => ({
  columns: columns.split(' '),
  rows,
});

const each = <T>(view: ServerView, rows: (table: TableModel) => T[]): T[] =>
  [...view.tables.values()].flatMap(rows);

/** PRI, UNI or MUL: what SHOW COLUMNS says about the column's part in keys. */
export const keyMark = (model: TableModel, column: ColumnModel): string => {
  const leads = (kind: KeyModel['kind'], whole: boolean) =>
    model.keys.some(
      key =>
        key.kind === kind && key.columns[0]?.name === column.name && (!whole || key.columns.length === 1),
    );
  if (model.keys.some(key => key.kind === 'primary' && key.columns.some(({ name }) => name === column.name)))
    return 'PRI';
  if (leads('unique', true)) return 'UNI';
  return leads('unique', false) || leads('index', false) ? 'MUL' : '';
};

export const collationOf = (model: TableModel, column: ColumnModel): string | null =>
  isText(column.type) ? (column.type.collation ?? model.collation) : null;

const isNumber = (name: string): boolean => /int$|^decimal$|^float$|^double$/.test(name);

const columnRow = (view: ServerView, model: TableModel, column: ColumnModel, i: number): Value[] => {
  const { type } = column;
  const text = isText(type);
  const length = text ? BigInt(type.size[0] ?? 65535) : null;
  return [
    'def',
    view.database,
    model.name,
    column.name,
    BigInt(i + 1),
    defaultText(column),
    column.nullable ? 'YES' : 'NO',
    type.name,
    length,
    length === null ? null : length * 4n,
    isNumber(type.name) ? BigInt(type.size[0] ?? 10) : null,
    isNumber(type.name) ? BigInt(type.size[1] ?? 0) : null,
    /^(?:datetime|timestamp|time)$/.test(type.name) ? BigInt(type.size[0] ?? 0) : null,
    text ? model.charset : null,
    collationOf(model, column),
    typeText(type),
    keyMark(model, column),
    extraText(column),
    'select,insert,update,references',
    column.comment,
    '',
  ];
};

const tableRow = (view: ServerView, model: TableModel): Value[] => [
  'def',
  view.database,
  model.name,
  'BASE TABLE',
  'InnoDB',
  10n,
  'Dynamic',
  view.rowCount(model.name),
  ...Array<Value>(5).fill(0n),
  view.nextId(model),
  model.created,
  null,
  null,
  model.collation,
  null,
  '',
  model.comment,
];

/** A table of information_schema itself: nobody has made it, and nobody counts its rows. */
const systemRow = (name: string): Value[] => [
  'def',
  'information_schema',
  name,
  'SYSTEM VIEW',
  'MEMORY',
  10n,
  'Fixed',
  ...Array<Value>(10).fill(null),
  'utf8mb3_general_ci',
  null,
  '',
  '',
];

export const informationTables: Record<string, InformationTable> = {
  SCHEMATA: table('CATALOG_NAME SCHEMA_NAME DEFAULT_CHARACTER_SET_NAME DEFAULT_COLLATION_NAME', view => [
    ['def', view.database, 'utf8mb4', 'utf8mb4_general_ci'],
    ['def', 'information_schema', 'utf8mb3', 'utf8mb3_general_ci'],
  ]),
  TABLES: table(
    'TABLE_CATALOG TABLE_SCHEMA TABLE_NAME TABLE_TYPE ENGINE VERSION ROW_FORMAT TABLE_ROWS ' +
      'AVG_ROW_LENGTH DATA_LENGTH MAX_DATA_LENGTH INDEX_LENGTH DATA_FREE AUTO_INCREMENT CREATE_TIME UPDATE_TIME ' +
      'CHECK_TIME TABLE_COLLATION CHECKSUM CREATE_OPTIONS TABLE_COMMENT',
    view => [
      ...Object.keys(informationTables).map(systemRow),
      ...each(view, model => [tableRow(view, model)]),
    ],
  ),
  COLUMNS: table(
    'TABLE_CATALOG TABLE_SCHEMA TABLE_NAME COLUMN_NAME ORDINAL_POSITION COLUMN_DEFAULT IS_NULLABLE DATA_TYPE ' +
      'CHARACTER_MAXIMUM_LENGTH CHARACTER_OCTET_LENGTH NUMERIC_PRECISION NUMERIC_SCALE DATETIME_PRECISION CHARACTER_SET_NAME ' +
      'COLLATION_NAME COLUMN_TYPE COLUMN_KEY EXTRA PRIVILEGES COLUMN_COMMENT GENERATION_EXPRESSION',
    view => each(view, model => model.columns.map((column, i) => columnRow(view, model, column, i))),
  ),
  STATISTICS: table(
    'TABLE_CATALOG TABLE_SCHEMA TABLE_NAME NON_UNIQUE INDEX_SCHEMA INDEX_NAME SEQ_IN_INDEX COLUMN_NAME COLLATION ' +
      'CARDINALITY SUB_PART NULLABLE INDEX_TYPE',
    view => each(view, model => keyRows(view, model)),
  ),
  KEY_COLUMN_USAGE: table(
    'CONSTRAINT_CATALOG CONSTRAINT_SCHEMA CONSTRAINT_NAME TABLE_SCHEMA TABLE_NAME COLUMN_NAME ORDINAL_POSITION ' +
      'REFERENCED_TABLE_SCHEMA REFERENCED_TABLE_NAME REFERENCED_COLUMN_NAME',
    view => each(view, model => usageRows(view, model)),
  ),
  TABLE_CONSTRAINTS: table(
    'CONSTRAINT_CATALOG CONSTRAINT_SCHEMA CONSTRAINT_NAME TABLE_SCHEMA TABLE_NAME CONSTRAINT_TYPE',
    view => each(view, model => constraintRows(view, model)),
  ),
  REFERENTIAL_CONSTRAINTS: table(
    'CONSTRAINT_CATALOG CONSTRAINT_SCHEMA CONSTRAINT_NAME UNIQUE_CONSTRAINT_CATALOG UNIQUE_CONSTRAINT_SCHEMA ' +
      'UNIQUE_CONSTRAINT_NAME MATCH_OPTION UPDATE_RULE DELETE_RULE TABLE_NAME REFERENCED_TABLE_NAME',
    view => each(view, model => referenceRows(view, model)),
  ),
  CHECK_CONSTRAINTS: table('CONSTRAINT_CATALOG CONSTRAINT_SCHEMA CONSTRAINT_NAME CHECK_CLAUSE', view =>
    each(view, model => model.checks.map(({ name, text }) => ['def', view.database, name, `(${text})`])),
  ),
  PROCESSLIST: table('ID USER HOST DB COMMAND TIME STATE INFO', view =>
    view
      .processes()
      .map(p => [BigInt(p.id), p.user, p.host, p.database, p.command, BigInt(p.time), p.state, p.info]),
  ),
  ENGINES: table('ENGINE SUPPORT COMMENT TRANSACTIONS XA SAVEPOINTS', () => [
    ['InnoDB', 'DEFAULT', 'Answers to this name; SQLite inside', 'YES', 'NO', 'YES'],
  ]),
  CHARACTER_SETS: table('CHARACTER_SET_NAME DEFAULT_COLLATE_NAME DESCRIPTION MAXLEN', () => [
    ['utf8mb4', 'utf8mb4_general_ci', 'UTF-8 Unicode', 4n],
  ]),
  COLLATIONS: table('COLLATION_NAME CHARACTER_SET_NAME ID IS_DEFAULT IS_COMPILED SORTLEN', () => [
    ['utf8mb4_general_ci', 'utf8mb4', 45n, 'Yes', 'Yes', 1n],
    ['utf8mb4_bin', 'utf8mb4', 46n, '', 'Yes', 1n],
  ]),
  COLLATION_CHARACTER_SET_APPLICABILITY: table('COLLATION_NAME CHARACTER_SET_NAME', () => [
    ['utf8mb4_general_ci', 'utf8mb4'],
    ['utf8mb4_bin', 'utf8mb4'],
  ]),
  USER_PRIVILEGES: table('GRANTEE TABLE_CATALOG PRIVILEGE_TYPE IS_GRANTABLE', ({ account }) => [
    [account.grantee, 'def', account.admin ? 'SUPER' : 'USAGE', 'NO'],
  ]),
  SCHEMA_PRIVILEGES: table('GRANTEE TABLE_CATALOG TABLE_SCHEMA PRIVILEGE_TYPE IS_GRANTABLE', view =>
    webRights.map(right => [view.account.grantee, 'def', view.database, right, 'NO']),
  ),
  ...Object.fromEntries(
    Object.entries(emptyTables).map(([name, columns]) => [name, table(columns, () => [])]),
  ),
  SESSION_VARIABLES: table('VARIABLE_NAME VARIABLE_VALUE', view => view.variables()),
  GLOBAL_VARIABLES: table('VARIABLE_NAME VARIABLE_VALUE', view => view.variables()),
  SESSION_STATUS: table('VARIABLE_NAME VARIABLE_VALUE', view => view.status()),
  GLOBAL_STATUS: table('VARIABLE_NAME VARIABLE_VALUE', view => view.status()),
};
