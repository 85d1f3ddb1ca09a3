/** A table as MySQL knows it, and as SQLite gets it. */

import { ownPrefix, quoteName, quoteText } from './guard.ts';

export interface ColumnType {
  /** As MySQL writes it, in small letters, without its arguments: `varchar`, `int`, `enum`. */
  name: string;
  /** Length, or precision and scale. */
  size: readonly number[];
  /** Of ENUM and SET. */
  members: readonly string[];
  unsigned: boolean;
  collation: string | undefined;
}

export interface DefaultValue {
  kind: 'null' | 'text' | 'number' | 'now' | 'expression';
  /** The text, the number as it was written, the digits of NOW, or the expression as MySQL wrote it. */
  text: string;
  /** The expression as SQLite understands it. */
  sql?: string;
}

export interface ColumnModel {
  name: string;
  type: ColumnType;
  nullable: boolean;
  default: DefaultValue | undefined;
  autoIncrement: boolean;
  onUpdateNow: boolean;
  comment: string;
}

export interface KeyModel {
  name: string;
  kind: 'primary' | 'unique' | 'index';
  columns: readonly { name: string; length?: number | undefined; descending?: boolean }[];
}

export interface ForeignKeyModel {
  name: string;
  columns: readonly string[];
  table: string;
  references: readonly string[];
  onDelete: string;
  onUpdate: string;
}

export interface CheckModel {
  name: string;
  text: string;
  sql: string;
}

export interface TableModel {
  name: string;
  columns: readonly ColumnModel[];
  keys: readonly KeyModel[];
  foreignKeys: readonly ForeignKeyModel[];
  checks: readonly CheckModel[];
  charset: string;
  collation: string;
  comment: string;
  autoIncrementStart: number | undefined;
  created: string;
}

export const primaryKey = (table: TableModel): KeyModel | undefined =>
  table.keys.find(({ kind }) => kind === 'primary');

export const columnOf = (table: TableModel, name: string): ColumnModel | undefined =>
  table.columns.find(column => column.name.toLowerCase() === name.toLowerCase());

export const autoColumn = (table: TableModel): ColumnModel | undefined =>
  table.columns.find(({ autoIncrement }) => autoIncrement);

const integerBytes: Record<string, number> = { tinyint: 1, smallint: 2, mediumint: 3, int: 4, bigint: 8 };

export const isInteger = ({ name }: ColumnType): boolean => Object.hasOwn(integerBytes, name);
export const isFloating = ({ name }: ColumnType): boolean => name === 'float' || name === 'double';
const isDate = ({ name }: ColumnType): boolean => ['date', 'datetime', 'timestamp'].includes(name);
export const isBinary = ({ name }: ColumnType): boolean => /blob$|binary$/.test(name);
export const isText = ({ name }: ColumnType): boolean => /char$|text$|^enum$|^set$/.test(name);

/** The range of an integer type, lowest and highest. */
const range = (type: ColumnType): [bigint, bigint] => {
  const bits = BigInt((integerBytes[type.name] ?? 8) * 8);
  // SQLite's integers end at 2^63, so the upper half of BIGINT UNSIGNED cannot be stored.
  if (type.unsigned) return [0n, bits === 64n ? 2n ** 63n - 1n : 2n ** bits - 1n];
  return [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
};

const longestBytes: Record<string, number> = {
  tinytext: 0xff,
  text: 0xffff,
  mediumtext: 0xffffff,
  tinyblob: 0xff,
  blob: 0xffff,
  mediumblob: 0xffffff,
};

/** The declared type: gives SQLite the right affinity, and comes back with every result. */
const declared = ({ type }: ColumnModel): string => {
  const size = type.size.length ? `(${type.size.join(', ')})` : '';
  if (isInteger(type)) return type.unsigned ? `${type.name} unsigned` : type.name;
  if (isBinary(type)) return 'blob';
  if (type.name === 'enum' || type.name === 'set') return 'varchar';
  return type.name + size;
};

/**
 * What MySQL's strict mode refuses, as CHECK constraints. Their names say which error it is:
 * SQLite reports nothing but the name.
 */
const checksOf = (column: ColumnModel): string[] => {
  const { type } = column;
  const c = quoteName(column.name);
  const check = (code: number, condition: string) =>
    `CONSTRAINT ${quoteName(`${code}:${column.name}`)} CHECK (${condition})`;
  const bytes = longestBytes[type.name];
  if (bytes) return [check(1406, `octet_length(${c}) <= ${bytes}`)];
  if (type.name === 'binary' || type.name === 'varbinary')
    return [check(1406, `octet_length(${c}) <= ${type.size[0] ?? 1}`)];
  if (type.name === 'char' || type.name === 'varchar')
    return [check(1406, `length(${c}) <= ${type.size[0] ?? 1}`)];
  if (type.name === 'enum') return [check(1265, `${c} IN (${type.members.map(quoteText).join(', ')})`)];
  if (isInteger(type)) {
    const [low, high] = range(type);
    const inRange =
      type.name === 'bigint' && !type.unsigned ? [] : [check(1264, `${c} BETWEEN ${low} AND ${high}`)];
    return [check(1366, `typeof(${c}) IN ('integer', 'null')`), ...inRange];
  }
  if (isFloating(type) || type.name === 'decimal')
    return [check(1366, `typeof(${c}) IN ('integer', 'real', 'null')`)];
  if (isDate(type)) {
    const form = `${c} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'`;
    return [check(1292, `${c} IS NULL OR ${form} AND ${c} NOT GLOB '*[zZ]' AND julianday(${c}) IS NOT NULL`)];
  }
  return type.name === 'json' ? [check(3140, `${c} IS NULL OR json_valid(${c})`)] : [];
};

/** The same in all of a statement, and in whatever repeats it; SQLite's own clock is not. */
const nowSql = (digits: string): string => `(my_now(${Number(digits)}))`;

/** The value that a column gets when none is given, as an expression of SQLite. */
export const defaultSql = ({ default: value }: ColumnModel): string => {
  if (!value || value.kind === 'null') return 'NULL';
  if (value.kind === 'now') return nowSql(value.text);
  if (value.kind === 'number') return value.text;
  return value.kind === 'text' ? `(${quoteText(value.text)})` : `(${value.sql ?? value.text})`;
};

/** Whether an INSERT may leave the column out. */
export const hasDefault = (column: ColumnModel): boolean =>
  column.nullable || column.autoIncrement || column.default !== undefined;

const collationSql = (column: ColumnModel, table: TableModel): string => {
  if (!isText(column.type)) return '';
  return /_bin$/.test(column.type.collation ?? table.collation) ? '' : ' COLLATE NOCASE';
};

const columnSql = (column: ColumnModel, table: TableModel): string => {
  const c = quoteName(column.name);
  if (column.autoIncrement) return `${c} INTEGER PRIMARY KEY AUTOINCREMENT`;
  const parts = [`${c} ${declared(column)}${column.nullable ? '' : ' NOT NULL'}`];
  if (column.default) parts.push(`DEFAULT ${defaultSql(column)}`);
  return [...parts, ...checksOf(column)].join(' ') + collationSql(column, table);
};

const namesSql = (names: readonly string[]): string => names.map(quoteName).join(', ');

const foreignKeySql = (key: ForeignKeyModel): string =>
  `CONSTRAINT ${quoteName(key.name)} FOREIGN KEY (${namesSql(key.columns)}) ` +
  `REFERENCES ${quoteName(key.table)} (${namesSql(key.references)}) ` +
  `ON DELETE ${key.onDelete} ON UPDATE ${key.onUpdate}`;

/** CREATE TABLE for SQLite, under another name while the table is being rebuilt. */
export const createTableSql = (table: TableModel, as = table.name): string => {
  const primary = primaryKey(table);
  const ownKey = primary && !autoColumn(table);
  const parts = [
    ...table.columns.map(column => columnSql(column, table)),
    ...(ownKey ? [`PRIMARY KEY (${namesSql(primary.columns.map(({ name }) => name))})`] : []),
    ...table.checks.map(({ name, sql }) => `CONSTRAINT ${quoteName(`3819:${name}`)} CHECK (${sql})`),
    ...table.foreignKeys.map(foreignKeySql),
  ];
  // InnoDB keeps rows in the order of the primary key; so does SQLite without its hidden row number.
  return `CREATE TABLE ${quoteName(as)} (${parts.join(', ')})${ownKey ? ' WITHOUT ROWID' : ''}`;
};

/** The columns that tell one row from all others. */
export const rowKey = (table: TableModel): string[] => {
  const primary = primaryKey(table);
  return primary && !autoColumn(table) ? primary.columns.map(({ name }) => quoteName(name)) : ['rowid'];
};

/** Indexes and triggers, once the table has its name. */
export const extrasSql = (table: TableModel): string[] => {
  const indexes = table.keys
    .filter(({ kind }) => kind !== 'primary')
    .map(({ name, kind, columns }) => {
      const parts = columns.map(column => quoteName(column.name) + (column.descending ? ' DESC' : ''));
      const unique = kind === 'unique' ? 'UNIQUE ' : '';
      return `CREATE ${unique}INDEX ${quoteName(`${table.name}.${name}`)} ON ${quoteName(table.name)} (${parts.join(', ')})`;
    });
  const stamped = table.columns.filter(({ onUpdateNow }) => onUpdateNow);
  const same = rowKey(table)
    .map(key => `${key} = NEW.${key}`)
    .join(' AND ');
  const triggers = stamped.map(column => {
    const c = quoteName(column.name);
    const now = nowSql(String(column.type.size[0] ?? 0));
    const trigger = quoteName(`${ownPrefix}${table.name}.${column.name}`);
    return (
      `CREATE TRIGGER ${trigger} AFTER UPDATE ON ${quoteName(table.name)} WHEN NEW.${c} IS OLD.${c} ` +
      `BEGIN UPDATE ${quoteName(table.name)} SET ${c} = ${now} WHERE ${same}; END`
    );
  });
  return [...indexes, ...triggers];
};
