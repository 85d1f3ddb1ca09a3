/** CREATE, ALTER, DROP, RENAME and TRUNCATE, as MySQL writes them. */

import { applyEdit, type Edit, finished, type KeyDraft, type Position } from './alter.ts';
import { columnDefinition } from './column-definition.ts';
import {
  accept,
  type Cursor,
  end,
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
import { localDateTime } from './functions.ts';
import { isReservedName } from './guard.ts';
import type { TableModel } from './model.ts';
import type { SchemaChange } from './plan.ts';
import { checkTable, findTable, type Scope } from './scope.ts';

const newName = (cursor: Cursor, scope: Scope, verb: string): string => {
  const { database, table } = tableName(cursor);
  if (isReservedName(table)) throw new MysqlError(1103, `Incorrect table name '${table}'`);
  checkTable(scope, database, table, verb);
  return table;
};

const oldName = (cursor: Cursor, scope: Scope, verb: string): string =>
  findTable(scope, tableName(cursor), verb).name;

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

const keyParts = (cursor: Cursor): KeyDraft['columns'] =>
  list(cursor, () => {
    const column = name(cursor);
    const length = sees(cursor, '(') ? list(cursor, () => integer(cursor))[0] : undefined;
    const descending = accept(cursor, 'DESC');
    if (!descending) accept(cursor, 'ASC');
    return { name: column, length, descending };
  });

const indexType = (cursor: Cursor): void => {
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
const constraint = (cursor: Cursor, scope: Scope): Edit | undefined => {
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
const columnEdits = (
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

const addColumn = (cursor: Cursor, scope: Scope): Edit[] =>
  columnEdits(cursor, scope, (column, position) => ({ kind: 'add column', column, position }));

/** One `NAME [=] value` of a table; nothing when none follows. */
const tableOption = (cursor: Cursor): Edit | undefined => {
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

const createTable = (cursor: Cursor, scope: Scope): SchemaChange => {
  const ifNotExists = accept(cursor, 'IF', 'NOT', 'EXISTS');
  const table = newName(cursor, scope, 'CREATE');
  if (accept(cursor, 'LIKE')) {
    const like = oldName(cursor, scope, 'SELECT');
    end(cursor);
    return { kind: 'copy', name: table, like, ifNotExists };
  }
  const edits: Edit[] = [];
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

export const create = (cursor: Cursor, scope: Scope): SchemaChange => {
  expect(cursor, 'CREATE');
  if (accept(cursor, 'TEMPORARY')) throw notSupported('CREATE TEMPORARY TABLE');
  if (accept(cursor, 'TABLE')) return createTable(cursor, scope);
  if (accept(cursor, 'UNIQUE', 'INDEX')) return createIndex(cursor, scope, 'unique');
  if (accept(cursor, 'INDEX')) return createIndex(cursor, scope, 'index');
  const known = ['VIEW', 'TRIGGER', 'PROCEDURE', 'FUNCTION', 'EVENT', 'FULLTEXT', 'SPATIAL', 'OR', 'SERVER'];
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

const dropEdit = (cursor: Cursor): Edit => {
  if (accept(cursor, 'PRIMARY', 'KEY')) return { kind: 'drop primary key' };
  if (accept(cursor, 'FOREIGN', 'KEY')) return { kind: 'drop foreign key', name: name(cursor) };
  if (accept(cursor, 'CHECK') || accept(cursor, 'CONSTRAINT'))
    return { kind: 'drop check', name: name(cursor) };
  if (accept(cursor, 'INDEX') || accept(cursor, 'KEY')) return { kind: 'drop key', name: name(cursor) };
  accept(cursor, 'COLUMN');
  return { kind: 'drop column', name: name(cursor) };
};

const renameEdit = (cursor: Cursor, scope: Scope): Edit => {
  if (accept(cursor, 'COLUMN')) {
    const from = name(cursor);
    expect(cursor, 'TO');
    return { kind: 'rename column', name: from, to: name(cursor) };
  }
  if (accept(cursor, 'INDEX') || accept(cursor, 'KEY')) {
    const from = name(cursor);
    expect(cursor, 'TO');
    return { kind: 'rename key', name: from, to: name(cursor) };
  }
  if (!accept(cursor, 'TO')) accept(cursor, 'AS');
  return { kind: 'rename', to: newName(cursor, scope, 'CREATE') };
};

const alterColumn = (cursor: Cursor, scope: Scope): Edit => {
  accept(cursor, 'COLUMN');
  const column = name(cursor);
  if (accept(cursor, 'DROP', 'DEFAULT')) return { kind: 'set default', name: column, value: undefined };
  expect(cursor, 'SET');
  if (!sees(cursor, 'DEFAULT')) fail(cursor);
  // Read as a definition's attribute; the type plays no part.
  return { kind: 'set default', name: column, value: columnDefinition(cursor, scope, column).column.default };
};

const alterEdits = (cursor: Cursor, scope: Scope): Edit[] => {
  if (accept(cursor, 'ADD')) {
    const item = sees(cursor, 'COLUMN') ? undefined : constraint(cursor, scope);
    if (item) return [item];
    accept(cursor, 'COLUMN');
    if (!accept(cursor, '(')) return addColumn(cursor, scope);
    const edits = addColumn(cursor, scope);
    while (accept(cursor, ',')) edits.push(...addColumn(cursor, scope));
    expect(cursor, ')');
    return edits;
  }
  if (accept(cursor, 'DROP')) return [dropEdit(cursor)];
  if (accept(cursor, 'RENAME')) return [renameEdit(cursor, scope)];
  if (accept(cursor, 'ALTER')) return [alterColumn(cursor, scope)];
  if (accept(cursor, 'MODIFY')) {
    accept(cursor, 'COLUMN');
    return columnEdits(cursor, scope, (column, position) => ({
      kind: 'change column',
      name: column.name,
      column,
      position,
    }));
  }
  if (accept(cursor, 'CHANGE')) {
    accept(cursor, 'COLUMN');
    const old = name(cursor);
    return columnEdits(cursor, scope, (column, position) => ({
      kind: 'change column',
      name: old,
      column,
      position,
    }));
  }
  accept(cursor, 'CONVERT', 'TO');
  return [tableOption(cursor) ?? fail(cursor)];
};

export const alter = (cursor: Cursor, scope: Scope): SchemaChange => {
  expect(cursor, 'ALTER', 'TABLE');
  const table = oldName(cursor, scope, 'ALTER');
  const edits: Edit[] = [];
  do {
    if (sees(cursor, 'ALGORITHM') || sees(cursor, 'LOCK')) {
      cursor.at++;
      accept(cursor, '=');
      next(cursor);
    } else edits.push(...alterEdits(cursor, scope));
  } while (accept(cursor, ','));
  end(cursor);
  return { kind: 'alter', name: table, edits };
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
