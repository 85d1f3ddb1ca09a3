/** What stands between the parentheses of CREATE TABLE, and behind ADD in ALTER TABLE. */

import type { Edit, KeyDraft, Position } from './alter.ts';
import { columnDefinition } from './column-definition.ts';
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
  tableName,
  text,
} from './cursor.ts';
import { createEmitter, sqlOf } from './emitter.ts';
import { MysqlError, notSupported } from './errors.ts';
import { walk } from './expressions.ts';
import { isReservedName } from './guard.ts';
import type { TableModel } from './model.ts';
import { checkTable, findTable, type Scope } from './scope.ts';

export const newName = (cursor: Cursor, scope: Scope, verb: string): string => {
  const { database, table } = tableName(cursor);
  if (isReservedName(table)) throw new MysqlError(1103, `Incorrect table name '${table}'`);
  checkTable(scope, database, table, verb);
  return table;
};

export const oldName = (cursor: Cursor, scope: Scope, verb: string): string =>
  findTable(scope, tableName(cursor), verb).name;

export const keyParts = (cursor: Cursor): KeyDraft['columns'] =>
  list(cursor, () => {
    const column = name(cursor);
    const length = sees(cursor, '(') ? list(cursor, () => integer(cursor))[0] : undefined;
    const descending = accept(cursor, 'DESC');
    if (!descending) accept(cursor, 'ASC');
    return { name: column, length, descending };
  });

export const indexType = (cursor: Cursor): void => {
  if (accept(cursor, 'USING')) next(cursor);
  if (accept(cursor, 'COMMENT')) text(cursor);
};

const optionalName = (cursor: Cursor): string | undefined =>
  sees(cursor, '(') || sees(cursor, 'USING') ? undefined : name(cursor);

const action = (cursor: Cursor): string => {
  if (accept(cursor, 'CASCADE')) return 'CASCADE';
  if (accept(cursor, 'RESTRICT')) return 'RESTRICT';
  if (accept(cursor, 'SET', 'NULL')) return 'SET NULL';
  expect(cursor, 'NO', 'ACTION');
  return 'NO ACTION';
};

const foreignKey = (cursor: Cursor, scope: Scope, named: string | undefined): Edit => {
  expect(cursor, 'FOREIGN', 'KEY');
  const inner = optionalName(cursor);
  const columns = list(cursor, () => name(cursor));
  expect(cursor, 'REFERENCES');
  const table = newName(cursor, scope, 'REFERENCES');
  const references = list(cursor, () => name(cursor));
  let onDelete = 'NO ACTION';
  let onUpdate = 'NO ACTION';
  while (accept(cursor, 'ON')) {
    if (accept(cursor, 'DELETE')) onDelete = action(cursor);
    else {
      expect(cursor, 'UPDATE');
      onUpdate = action(cursor);
    }
  }
  return {
    kind: 'add foreign key',
    key: { name: named ?? inner, columns, table, references, onDelete, onUpdate },
  };
};

const check = (cursor: Cursor, scope: Scope, named: string | undefined): Edit => {
  expect(cursor, 'CHECK');
  expect(cursor, '(');
  const out = createEmitter(scope, true);
  const from = peek(cursor)?.at ?? 0;
  walk(cursor, out, { clause: 'check constraint' });
  const source = cursor.text.slice(from, peek(cursor)?.at ?? from);
  expect(cursor, ')');
  if (accept(cursor, 'NOT')) throw notSupported('NOT ENFORCED');
  accept(cursor, 'ENFORCED');
  if (out.params > 0 || out.tables.size > 0) fail(cursor);
  return { kind: 'add check', check: { name: named, text: source.trim(), sql: sqlOf(out.pieces) } };
};

/** A key, a foreign key or a check; nothing when a column follows. */
export const constraint = (cursor: Cursor, scope: Scope): Edit | undefined => {
  const begins = accept(cursor, 'CONSTRAINT');
  const named =
    begins && !seesOneOf(cursor, 'PRIMARY', 'UNIQUE', 'FOREIGN', 'CHECK') ? name(cursor) : undefined;
  const key = (kind: KeyDraft['kind'], own: string | undefined): Edit => {
    indexType(cursor);
    const columns = keyParts(cursor);
    indexType(cursor);
    return { kind: 'add key', key: { name: own, kind, columns } };
  };
  if (accept(cursor, 'PRIMARY', 'KEY')) return key('primary', 'PRIMARY');
  if (accept(cursor, 'UNIQUE')) {
    if (!accept(cursor, 'KEY')) accept(cursor, 'INDEX');
    return key('unique', optionalName(cursor) ?? named);
  }
  if (sees(cursor, 'FOREIGN', 'KEY')) return foreignKey(cursor, scope, named);
  if (sees(cursor, 'CHECK')) return check(cursor, scope, named);
  if (begins) fail(cursor);
  if (seesOneOf(cursor, 'FULLTEXT', 'SPATIAL')) throw notSupported(`${peek(cursor)?.value} KEY`);
  if (accept(cursor, 'KEY') || accept(cursor, 'INDEX')) return key('index', optionalName(cursor));
  return undefined;
};

/** A column and the keys that its definition makes along the way. */
export const columnEdits = (
  cursor: Cursor,
  scope: Scope,
  toEdit: (column: TableModel['columns'][number], position: Position) => Edit,
): Edit[] => {
  const { column, keys } = columnDefinition(cursor, scope);
  const position = accept(cursor, 'FIRST')
    ? 'first'
    : accept(cursor, 'AFTER')
      ? { after: name(cursor) }
      : undefined;
  const columns = [{ name: column.name }];
  return [
    toEdit(column, position),
    ...keys.map((kind): Edit => ({ kind: 'add key', key: { name: undefined, kind, columns } })),
  ];
};

export const addColumn = (cursor: Cursor, scope: Scope): Edit[] =>
  columnEdits(cursor, scope, (column, position) => ({ kind: 'add column', column, position }));

/** One `NAME [=] value` of a table; nothing when none follows. */
export const tableOption = (cursor: Cursor): Edit | undefined => {
  const options: Extract<Edit, { kind: 'options' }>['options'] = {};
  accept(cursor, 'DEFAULT');
  if (accept(cursor, 'CHARSET') || accept(cursor, 'CHARACTER', 'SET')) {
    accept(cursor, '=');
    options.charset = sees(cursor, 'DEFAULT') ? 'utf8mb4' : next(cursor).text;
    options.collation = options.charset === 'binary' ? 'binary' : `${options.charset}_general_ci`;
  } else if (accept(cursor, 'COLLATE')) {
    accept(cursor, '=');
    options.collation = name(cursor);
  } else if (accept(cursor, 'AUTO_INCREMENT')) {
    accept(cursor, '=');
    options.autoIncrementStart = integer(cursor);
  } else if (accept(cursor, 'COMMENT')) {
    accept(cursor, '=');
    options.comment = text(cursor);
  } else if (
    seesOneOf(
      cursor,
      'ENGINE',
      'ROW_FORMAT',
      'KEY_BLOCK_SIZE',
      'STATS_PERSISTENT',
      'AVG_ROW_LENGTH',
      'MAX_ROWS',
      'MIN_ROWS',
    )
  ) {
    const engine = accept(cursor, 'ENGINE');
    if (!engine) cursor.at++;
    accept(cursor, '=');
    const chosen = next(cursor).text;
    if (engine && !/^(?:innodb|myisam|memory|aria)$/i.test(chosen))
      throw new MysqlError(1286, `Unknown storage engine '${chosen}'`);
  } else return undefined;
  return { kind: 'options', options };
};
