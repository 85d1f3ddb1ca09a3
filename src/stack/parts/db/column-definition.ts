/** `name type attribute ...` of CREATE and ALTER TABLE. */

import {
  accept,
  type Cursor,
  expect,
  fail,
  integer,
  list,
  name,
  next,
  peek,
  sees,
  seesOneOf,
  text,
} from './cursor.ts';
import { createEmitter, sqlOf } from './emitter.ts';
import { MysqlError, notSupported } from './errors.ts';
import { walk } from './expressions.ts';
import { isReservedName } from './guard.ts';
import type { ColumnModel, ColumnType, DefaultValue } from './model.ts';
import type { Scope } from './scope.ts';

/** Every type that a column can have, by the name that MySQL shows for it. */
const types: Record<string, string> = {
  TINYINT: 'tinyint',
  BOOL: 'tinyint',
  BOOLEAN: 'tinyint',
  SMALLINT: 'smallint',
  MEDIUMINT: 'mediumint',
  INT: 'int',
  INTEGER: 'int',
  BIGINT: 'bigint',
  DECIMAL: 'decimal',
  DEC: 'decimal',
  NUMERIC: 'decimal',
  FIXED: 'decimal',
  FLOAT: 'float',
  DOUBLE: 'double',
  REAL: 'double',
  CHAR: 'char',
  VARCHAR: 'varchar',
  TINYTEXT: 'tinytext',
  TEXT: 'text',
  MEDIUMTEXT: 'mediumtext',
  LONGTEXT: 'longtext',
  BINARY: 'binary',
  VARBINARY: 'varbinary',
  TINYBLOB: 'tinyblob',
  BLOB: 'blob',
  MEDIUMBLOB: 'mediumblob',
  LONGBLOB: 'longblob',
  DATE: 'date',
  DATETIME: 'datetime',
  TIMESTAMP: 'timestamp',
  TIME: 'time',
  YEAR: 'year',
  ENUM: 'enum',
  SET: 'set',
  JSON: 'json',
};

const columnType = (cursor: Cursor): ColumnType => {
  const token = next(cursor);
  const type = token.kind === 'word' && Object.hasOwn(types, token.value) ? types[token.value] : undefined;
  if (!type) return fail(cursor, token);
  accept(cursor, 'PRECISION');
  const hasMembers = type === 'enum' || type === 'set';
  const members = hasMembers ? list(cursor, () => text(cursor)) : [];
  let size = !hasMembers && sees(cursor, '(') ? list(cursor, () => integer(cursor)) : [];
  if (type === 'varchar' && size.length === 0) fail(cursor);
  if (token.value.startsWith('BOOL')) size = [1];
  if ((type === 'char' || type === 'binary') && size.length === 0) size = [1];
  if (type === 'decimal') size = [size[0] ?? 10, size[1] ?? 0];
  // MySQL 8 keeps the width of no whole number but tinyint(1), which stands for a boolean.
  if (/int$/.test(type) && !(type === 'tinyint' && size[0] === 1)) size = [];
  return { name: type, size, members, unsigned: false, collation: undefined };
};

const digitsOfNow = (cursor: Cursor): string => {
  if (!accept(cursor, '(')) return '0';
  const digits = sees(cursor, ')') ? 0 : integer(cursor);
  expect(cursor, ')');
  return String(digits);
};

const seesNow = (cursor: Cursor): boolean =>
  seesOneOf(cursor, 'CURRENT_TIMESTAMP', 'NOW', 'LOCALTIME', 'LOCALTIMESTAMP');

const defaultValue = (cursor: Cursor, scope: Scope): DefaultValue => {
  if (accept(cursor, 'NULL')) return { kind: 'null', text: 'NULL' };
  if (seesNow(cursor)) {
    cursor.at++;
    return { kind: 'now', text: digitsOfNow(cursor) };
  }
  if (accept(cursor, 'TRUE')) return { kind: 'number', text: '1' };
  if (accept(cursor, 'FALSE')) return { kind: 'number', text: '0' };
  if (accept(cursor, '(')) {
    const out = createEmitter(scope, true);
    const from = peek(cursor)?.at ?? 0;
    walk(cursor, out, { clause: 'default' });
    const source = cursor.text.slice(from, peek(cursor)?.at ?? from).trim();
    expect(cursor, ')');
    if (out.params > 0 || out.tables.size > 0) fail(cursor);
    return { kind: 'expression', text: source, sql: sqlOf(out.pieces) };
  }
  const sign = accept(cursor, '-') ? '-' : '';
  if (!sign) accept(cursor, '+');
  const token = next(cursor);
  if (token.kind === 'number') return { kind: 'number', text: sign + token.text };
  if (token.kind !== 'string' || sign) return fail(cursor, token);
  return { kind: 'text', text: token.value };
};

/** The attributes, in any order; `known` is given when only they follow. */
export const columnDefinition = (
  cursor: Cursor,
  scope: Scope,
  known?: string,
): { column: ColumnModel; keys: ('primary' | 'unique')[] } => {
  const column: ColumnModel = {
    name: known ?? name(cursor),
    type: known
      ? { name: 'text', size: [], members: [], unsigned: false, collation: undefined }
      : columnType(cursor),
    nullable: true,
    default: undefined,
    autoIncrement: false,
    onUpdateNow: false,
    comment: '',
  };
  if (isReservedName(column.name)) throw new MysqlError(1166, `Incorrect column name '${column.name}'`);
  const keys: ('primary' | 'unique')[] = [];
  for (;;) {
    if (accept(cursor, 'NOT', 'NULL')) column.nullable = false;
    else if (accept(cursor, 'NULL')) column.nullable = true;
    else if (accept(cursor, 'DEFAULT')) column.default = defaultValue(cursor, scope);
    else if (accept(cursor, 'AUTO_INCREMENT')) {
      column.autoIncrement = true;
      column.nullable = false;
    } else if (accept(cursor, 'UNIQUE')) {
      accept(cursor, 'KEY');
      keys.push('unique');
    } else if (accept(cursor, 'PRIMARY', 'KEY') || accept(cursor, 'KEY')) {
      keys.push('primary');
      column.nullable = false;
    } else if (accept(cursor, 'COMMENT')) column.comment = text(cursor);
    else if (accept(cursor, 'UNSIGNED')) column.type = { ...column.type, unsigned: true };
    else if (accept(cursor, 'COLLATE')) column.type = { ...column.type, collation: name(cursor) };
    else if (accept(cursor, 'CHARACTER', 'SET') || accept(cursor, 'CHARSET')) name(cursor);
    else if (accept(cursor, 'ON', 'UPDATE')) {
      if (!seesNow(cursor)) fail(cursor);
      cursor.at++;
      digitsOfNow(cursor);
      column.onUpdateNow = true;
    } else if (seesOneOf(cursor, 'ZEROFILL', 'SIGNED', 'VISIBLE')) cursor.at++;
    else if (seesOneOf(cursor, 'GENERATED', 'AS', 'INVISIBLE', 'VIRTUAL', 'STORED'))
      throw notSupported(`${peek(cursor)?.value} columns`);
    else if (seesOneOf(cursor, 'REFERENCES', 'CHECK'))
      throw notSupported(`${peek(cursor)?.value} of a column`);
    else break;
  }
  return { column, keys };
};
