/** CREATE, DROP, RENAME and TRUNCATE, as MySQL writes them. */

import { applyEdit, type Edit, finished, type KeyDraft } from './alter.ts';
import { accept, type Cursor, end, expect, fail, name, peek, seesOneOf, tableName } from './cursor.ts';
import { localDateTime } from './dates.ts';
import { notSupported } from './errors.ts';
import type { TableModel } from './model.ts';
import type { SchemaChange } from './plan.ts';
import { checkTable, denied, type Scope } from './scope.ts';
import { addColumn, constraint, indexType, keyParts, newName, oldName, tableOption } from './table-items.ts';

const emptyTable = (table: string): TableModel => ({
  name: table,
  columns: [],
  keys: [],
  foreignKeys: [],
  checks: [],
  charset: 'utf8mb4',
  collation: 'utf8mb4_general_ci',
  comment: '',
  autoIncrementStart: undefined,
  created: localDateTime(new Date()),
});

const createTable = (cursor: Cursor, scope: Scope): SchemaChange => {
  const ifNotExists = accept(cursor, 'IF', 'NOT', 'EXISTS');
  const table = newName(cursor, scope, 'CREATE');
  if (accept(cursor, 'LIKE')) {
    const like = oldName(cursor, scope, 'SELECT');
    end(cursor);
    return { kind: 'copy', name: table, like, ifNotExists };
  }
  const edits: Edit[] = [];
  if (seesOneOf(cursor, 'AS', 'SELECT', 'WITH')) throw notSupported('CREATE TABLE ... SELECT');
  expect(cursor, '(');
  do {
    const item = constraint(cursor, scope);
    if (item) edits.push(item);
    else edits.push(...addColumn(cursor, scope));
  } while (accept(cursor, ','));
  expect(cursor, ')');
  for (let option = tableOption(cursor); option; option = tableOption(cursor)) {
    edits.push(option);
    accept(cursor, ',');
  }
  if (seesOneOf(cursor, 'AS', 'SELECT')) throw notSupported('CREATE TABLE ... SELECT');
  end(cursor);
  // Columns first: a key may stand before the columns it is about.
  const order = (edit: Edit) =>
    edit.kind === 'add column' || edit.kind === 'options' ? 0 : edit.kind === 'add foreign key' ? 2 : 1;
  const sorted = edits.toSorted((a, b) => order(a) - order(b));
  return { kind: 'create', table: finished(sorted.reduce(applyEdit, emptyTable(table))), ifNotExists };
};

const createIndex = (cursor: Cursor, scope: Scope, kind: KeyDraft['kind']): SchemaChange => {
  const key = name(cursor);
  indexType(cursor);
  expect(cursor, 'ON');
  const table = oldName(cursor, scope, 'INDEX');
  const columns = keyParts(cursor);
  indexType(cursor);
  end(cursor);
  return { kind: 'alter', name: table, edits: [{ kind: 'add key', key: { name: key, kind, columns } }] };
};

/** Views are a right that the web application's account has on no engine. */
const viewRefused = (cursor: Cursor, scope: Scope): Error =>
  scope.admin ? notSupported('CREATE VIEW') : denied(scope, 'CREATE VIEW', tableName(cursor).table);

export const create = (cursor: Cursor, scope: Scope): SchemaChange => {
  expect(cursor, 'CREATE');
  if (accept(cursor, 'OR', 'REPLACE', 'VIEW') || accept(cursor, 'VIEW')) throw viewRefused(cursor, scope);
  if (accept(cursor, 'TEMPORARY')) throw notSupported('CREATE TEMPORARY TABLE');
  if (accept(cursor, 'TABLE')) return createTable(cursor, scope);
  if (accept(cursor, 'UNIQUE', 'INDEX')) return createIndex(cursor, scope, 'unique');
  if (accept(cursor, 'INDEX')) return createIndex(cursor, scope, 'index');
  const known = ['TRIGGER', 'PROCEDURE', 'FUNCTION', 'EVENT', 'FULLTEXT', 'SPATIAL', 'OR', 'SERVER'];
  if (seesOneOf(cursor, ...known)) throw notSupported(`CREATE ${peek(cursor)?.value}`);
  return fail(cursor);
};

export const drop = (cursor: Cursor, scope: Scope): SchemaChange => {
  expect(cursor, 'DROP');
  if (accept(cursor, 'INDEX')) {
    const key = name(cursor);
    expect(cursor, 'ON');
    const table = oldName(cursor, scope, 'INDEX');
    end(cursor);
    const edit: Edit =
      key.toUpperCase() === 'PRIMARY' ? { kind: 'drop primary key' } : { kind: 'drop key', name: key };
    return { kind: 'alter', name: table, edits: [edit] };
  }
  if (seesOneOf(cursor, 'VIEW', 'TRIGGER', 'PROCEDURE', 'FUNCTION', 'EVENT', 'SERVER'))
    throw notSupported(`DROP ${peek(cursor)?.value}`);
  accept(cursor, 'TEMPORARY');
  if (!accept(cursor, 'TABLES')) expect(cursor, 'TABLE');
  const ifExists = accept(cursor, 'IF', 'EXISTS');
  const names: string[] = [];
  do {
    const { database, table } = tableName(cursor);
    checkTable(scope, database, table, 'DROP');
    names.push(table);
  } while (accept(cursor, ','));
  if (!accept(cursor, 'RESTRICT')) accept(cursor, 'CASCADE');
  end(cursor);
  return { kind: 'drop', names, ifExists };
};

export const rename = (cursor: Cursor, scope: Scope): SchemaChange => {
  expect(cursor, 'RENAME', 'TABLE');
  const pairs: { from: string; to: string }[] = [];
  do {
    const from = oldName(cursor, scope, 'ALTER');
    expect(cursor, 'TO');
    pairs.push({ from, to: newName(cursor, scope, 'CREATE') });
  } while (accept(cursor, ','));
  end(cursor);
  return { kind: 'rename', pairs };
};

export const truncate = (cursor: Cursor, scope: Scope): SchemaChange => {
  expect(cursor, 'TRUNCATE');
  accept(cursor, 'TABLE');
  const table = oldName(cursor, scope, 'DROP');
  end(cursor);
  return { kind: 'truncate', name: table };
};
