/** SELECT, INSERT, REPLACE, UPDATE and DELETE. */

import { accept, type Cursor, end, expect, fail, name, peek, sees, seesOneOf, tableName } from './cursor.ts';
import {
  type Bind,
  bindsOf,
  createEmitter,
  type Emitter,
  emit,
  emitName,
  type Piece,
  sqlOf,
} from './emitter.ts';
import { MysqlError, notSupported, unknownColumn } from './errors.ts';
import { walk } from './expressions.ts';
import { quoteName } from './guard.ts';
import { typeHint } from './hints.ts';
import {
  autoColumn,
  type ColumnModel,
  columnOf,
  defaultSql,
  hasDefault,
  isInteger,
  rowKey,
  type TableModel,
} from './model.ts';
import type { SelectPlan, Statement, WritePlan } from './plan.ts';
import { findTable, type Scope } from './scope.ts';

type Counted<T> = T & { params: number };

const statementOf = (cursor: Cursor, out: Emitter): Statement => ({
  sql: sqlOf(out.pieces),
  binds: bindsOf(out.pieces),
  source: { text: cursor.text, pieces: out.pieces },
});

/** A condition over columns that are not known here, such as that of SHOW ... WHERE. */
export const condition = (cursor: Cursor, scope: Scope): Statement => {
  const out = createEmitter(scope);
  walk(cursor, out, { clause: 'where clause' });
  return statementOf(cursor, out);
};

/** `SELECT expression`, up to a comma or the end. */
export const singleExpression = (cursor: Cursor, scope: Scope): Counted<Statement> => {
  const out = createEmitter(scope);
  emit(out, peek(cursor)?.at ?? 0, 'SELECT');
  walk(cursor, out, { clause: 'field list', until: at => sees(at, ',') });
  if (out.pieces.length === 1) fail(cursor);
  return { ...statementOf(cursor, out), params: out.params };
};

export const select = (cursor: Cursor, scope: Scope): Counted<SelectPlan> => {
  const out = createEmitter(scope);
  const items = walk(cursor, out, { clause: 'field list' });
  end(cursor);
  const tokens = items.map(({ from, to }) => cursor.tokens.slice(from, to));
  const stars = tokens.flatMap((item, i) => (item.at(-1)?.text === '*' ? [i] : []));
  const tables = [...out.tables].flatMap(table => scope.tables.get(table) ?? []);
  return {
    kind: 'select',
    statement: statementOf(cursor, out),
    hints: stars.length > 1 ? [] : tokens.map(item => typeHint(item, tables)),
    star: stars[0],
    locking: out.locking,
    information: [...out.information],
    free: out.tables.size === 0 && out.information.size === 0,
    params: out.params,
  };
};

const skipPriority = (cursor: Cursor): void => {
  while (seesOneOf(cursor, 'LOW_PRIORITY', 'HIGH_PRIORITY', 'DELAYED', 'QUICK')) cursor.at++;
};

/** What a row needs before it can be sent to SQLite: its columns, all of them known. */
const insertColumns = (table: TableModel, names: readonly string[]): ColumnModel[] =>
  names.map((column, i) => {
    const model = columnOf(table, column) ?? unknown(column);
    const twice = names.findIndex(other => other.toLowerCase() === column.toLowerCase()) !== i;
    if (twice) throw new MysqlError(1110, `Column '${column}' specified twice`);
    return model;
  });

const unknown = (column: string): never => {
  throw unknownColumn(column, 'field list');
};

const requireDefaults = (table: TableModel, given: readonly ColumnModel[]): void => {
  const missing = table.columns.find(column => !given.includes(column) && !hasDefault(column));
  if (missing) throw new MysqlError(1364, `Field '${missing.name}' doesn't have a default value`);
};

const endsValue = (cursor: Cursor): boolean => sees(cursor, ',');

/** One value of a row or an assignment: DEFAULT means something else to SQLite. */
const value = (
  cursor: Cursor,
  out: Emitter,
  column: ColumnModel | undefined,
  clause: string,
): Bind | undefined => {
  const following = peek(cursor, 1)?.text;
  if (column && sees(cursor, 'DEFAULT') && following !== '(') {
    if (!hasDefault(column))
      throw new MysqlError(1364, `Field '${column.name}' doesn't have a default value`);
    emit(out, peek(cursor)?.at ?? 0, defaultSql(column));
    cursor.at++;
    return undefined;
  }
  const before = out.pieces.length;
  walk(cursor, out, { clause, until: endsValue });
  if (out.pieces.length === before) fail(cursor);
  return out.pieces.length === before + 1 ? out.pieces[before]?.bind : undefined;
};

interface Rows {
  rows: Map<string, Bind>[];
  /** Whether a row names its AUTO_INCREMENT value itself. */
  explicit: boolean;
}

const valueRows = (cursor: Cursor, out: Emitter, columns: readonly ColumnModel[]): Rows => {
  const rows: Map<string, Bind>[] = [];
  let explicit = false;
  emit(out, peek(cursor)?.at ?? 0, 'VALUES');
  do {
    const row = new Map<string, Bind>();
    let count = 0;
    if (rows.length) emit(out, peek(cursor)?.at ?? 0, ',');
    emit(out, peek(cursor)?.at ?? 0, '(');
    accept(cursor, 'ROW');
    expect(cursor, '(');
    while (!sees(cursor, ')')) {
      if (count > 0) {
        expect(cursor, ',');
        emit(out, peek(cursor)?.at ?? 0, ',');
      }
      const column = columns[count++];
      if (column?.autoIncrement && !seesOneOf(cursor, 'NULL', 'DEFAULT')) explicit = true;
      const bind = value(cursor, out, column, 'values');
      if (bind && column) row.set(column.name, bind);
    }
    expect(cursor, ')');
    emit(out, peek(cursor)?.at ?? 0, ')');
    if (count !== columns.length)
      throw new MysqlError(1136, `Column count doesn't match value count at row ${rows.length + 1}`);
    rows.push(row);
  } while (accept(cursor, ','));
  return { rows, explicit };
};

/** `SET a = 1, b = 2` as the columns and the row that it means. */
const setRow = (cursor: Cursor, out: Emitter, table: TableModel) => {
  const values: Piece[][] = [];
  const columns: ColumnModel[] = [];
  const row = new Map<string, Bind>();
  do {
    const [column] = insertColumns(table, [name(cursor)]) as [ColumnModel];
    expect(cursor, '=');
    const inner: Emitter = { ...out, pieces: [] };
    const until = (at: Cursor) => sees(at, ',') || sees(at, 'ON', 'DUPLICATE') || sees(at, 'AS');
    if (accept(cursor, 'DEFAULT')) emit(inner, 0, defaultSql(column));
    else walk(cursor, inner, { clause: 'values', until });
    if (inner.pieces.length === 1 && inner.pieces[0]?.bind) row.set(column.name, inner.pieces[0].bind);
    out.params = inner.params;
    out.binds = inner.binds;
    values.push(inner.pieces);
    columns.push(column);
  } while (accept(cursor, ','));
  const at = peek(cursor)?.at ?? cursor.text.length;
  emit(out, at, `(${columns.map(column => quoteName(column.name)).join(', ')}) VALUES (`);
  for (const [i, pieces] of values.entries()) {
    if (i) emit(out, at, ',');
    out.pieces.push(...pieces);
  }
  emit(out, at, ')');
  return { columns, row };
};

/** `column = value, ...` of UPDATE and ON DUPLICATE KEY UPDATE. */
const assignments = (
  cursor: Cursor,
  out: Emitter,
  table: TableModel,
  options: { until: (cursor: Cursor) => boolean; upsert?: boolean; rowAlias?: string | undefined },
): Map<string, Bind> => {
  const set = new Map<string, Bind>();
  let first = true;
  const marks: Piece[] = [];
  const columns: string[] = [];
  do {
    const at = peek(cursor)?.at ?? 0;
    const start = peek(cursor);
    let column = name(cursor);
    while (accept(cursor, '.')) column = name(cursor);
    const model = columnOf(table, column) ?? unknown(column);
    if (!first) emit(out, at, ',');
    if (start) emitName(out, { ...start, kind: 'quoted', value: model.name }, 'field list');
    expect(cursor, '=');
    emit(out, at, '=');
    const before = out.pieces.length;
    if (sees(cursor, 'DEFAULT') && peek(cursor, 1)?.text !== '(') {
      emit(out, at, defaultSql(model));
      cursor.at++;
    } else {
      walk(cursor, out, {
        clause: options.upsert ? 'field list' : 'set',
        until: inner => sees(inner, ',') || options.until(inner),
        upsert: options.upsert === true,
        rowAlias: options.rowAlias,
      });
    }
    if (out.pieces.length === before) fail(cursor);
    const only = out.pieces.length === before + 1 ? out.pieces[before] : undefined;
    if (only?.bind) set.set(model.name, only.bind);
    // MySQL rounds what is stored in a column of whole numbers.
    else if (isInteger(model.type)) wrap(out, before, 'my_whole');
    // Every assignment tells what it changes, so that changed rows are counted apart from those only found.
    marks.push(wrap(out, before, 'my_assign'));
    columns.push(quoteName(model.name));
    first = false;
  } while (accept(cursor, ','));
  for (const [i, mark] of marks.entries()) mark.sql += `${marks.length}, ${columns[i]},`;
  return set;
};

/** Makes a call of what was written since; returns the piece that opens it. */
const wrap = (out: Emitter, from: number, fn: string): Piece => {
  const at = out.pieces[from]?.at ?? 0;
  const opening = { sql: `"${fn}" (`, at };
  out.pieces.splice(from, 0, opening);
  emit(out, at, ')');
  return opening;
};

export const insert = (cursor: Cursor, scope: Scope): Counted<WritePlan> => {
  const out = createEmitter(scope);
  const at = peek(cursor)?.at ?? 0;
  const replaces = accept(cursor, 'REPLACE');
  if (!replaces) expect(cursor, 'INSERT');
  skipPriority(cursor);
  const ignores = accept(cursor, 'IGNORE');
  accept(cursor, 'INTO');
  const table = findTable(scope, tableName(cursor), 'INSERT');
  emit(
    out,
    at,
    `INSERT ${replaces ? 'OR REPLACE ' : ignores ? 'OR IGNORE ' : ''}INTO ${quoteName(table.name)}`,
  );

  const named: string[] = [];
  const hasNames = sees(cursor, '(') && !sees(cursor, '(', 'SELECT') && !sees(cursor, '(', 'WITH');
  if (hasNames) {
    expect(cursor, '(');
    while (!accept(cursor, ')')) {
      if (named.length) expect(cursor, ',');
      let column = name(cursor);
      while (accept(cursor, '.')) column = name(cursor);
      named.push(column);
    }
  }
  let columns = hasNames ? insertColumns(table, named) : [...table.columns];
  let rows: Map<string, Bind>[] = [];
  let explicit = false;
  const nameColumns = () =>
    emit(out, peek(cursor)?.at ?? 0, `(${columns.map(column => quoteName(column.name)).join(', ')})`);
  let fromSelect = false;

  if (accept(cursor, 'SET')) {
    const set = setRow(cursor, out, table);
    columns = set.columns;
    rows = [set.row];
    const auto = autoColumn(table);
    explicit = auto !== undefined && columns.includes(auto);
  } else if (seesOneOf(cursor, 'VALUES', 'VALUE')) {
    cursor.at++;
    if (sees(cursor, '(', ')') && named.length === 0) {
      cursor.at += 2;
      columns = [];
      emit(out, at, 'DEFAULT VALUES');
    } else {
      nameColumns();
      ({ rows, explicit } = valueRows(cursor, out, columns));
    }
  } else if (seesOneOf(cursor, 'SELECT', '(', 'WITH')) {
    fromSelect = true;
    nameColumns();
    // Wrapped, because ON would be read as a part of the SELECT's FROM.
    emit(out, peek(cursor)?.at ?? 0, 'SELECT * FROM (');
    const inner: Emitter = { ...out, pieces: [] };
    walk(cursor, inner, { clause: 'field list', until: inside => sees(inside, 'ON', 'DUPLICATE') });
    out.pieces.push(...inner.pieces);
    out.params = inner.params;
    emit(out, peek(cursor)?.at ?? cursor.text.length, ') WHERE 1');
    const auto = autoColumn(table);
    explicit = auto !== undefined && columns.includes(auto);
  } else fail(cursor);
  if (!fromSelect) requireDefaults(table, columns);

  const rowAlias = accept(cursor, 'AS') ? name(cursor) : undefined;
  const upsert = accept(cursor, 'ON');
  if (upsert) {
    expect(cursor, 'DUPLICATE', 'KEY', 'UPDATE');
    emit(out, at, 'ON CONFLICT DO UPDATE SET');
    assignments(cursor, out, table, { until: () => false, upsert: true, rowAlias });
  }
  end(cursor);
  return {
    kind: 'write',
    verb: replaces ? 'REPLACE' : 'INSERT',
    table,
    statement: statementOf(cursor, out),
    information: [...out.information],
    rows,
    generates: autoColumn(table) !== undefined && !explicit,
    upsert,
    params: out.params,
  };
};

/** WHERE, ORDER BY and LIMIT of UPDATE and DELETE; SQLite has only the first. */
const restriction = (cursor: Cursor, out: Emitter, table: TableModel, alias: string): void => {
  const from = out.pieces.length;
  walk(cursor, out, { clause: 'where clause' });
  const words = out.pieces.slice(from).map(({ sql }) => sql);
  if (!words.includes('LIMIT') && !words.includes('ORDER')) return;
  const key = rowKey(table).join(', ');
  const at = out.pieces[from]?.at ?? 0;
  out.pieces.splice(from, 0, {
    sql: `WHERE (${key}) IN (SELECT ${key} FROM ${quoteName(table.name)} AS ${quoteName(alias)}`,
    at,
  });
  emit(out, at, ')');
};

const tableAlias = (cursor: Cursor): string | undefined => {
  if (accept(cursor, 'AS')) return name(cursor);
  const token = peek(cursor);
  if (!token || (token.kind !== 'word' && token.kind !== 'quoted')) return undefined;
  return seesOneOf(cursor, 'SET', 'WHERE', 'ORDER', 'LIMIT', 'USING', 'JOIN', 'INNER', 'LEFT')
    ? undefined
    : name(cursor);
};

export const update = (cursor: Cursor, scope: Scope): Counted<WritePlan> => {
  const out = createEmitter(scope);
  const at = peek(cursor)?.at ?? 0;
  expect(cursor, 'UPDATE');
  skipPriority(cursor);
  const ignores = accept(cursor, 'IGNORE');
  const table = findTable(scope, tableName(cursor), 'UPDATE');
  const alias = tableAlias(cursor);
  if (seesOneOf(cursor, ',', 'JOIN', 'INNER', 'LEFT')) throw notSupported('multiple-table UPDATE');
  const as = alias ? ` AS ${quoteName(alias)}` : '';
  emit(out, at, `UPDATE ${ignores ? 'OR IGNORE ' : ''}${quoteName(table.name)}${as} SET`);
  expect(cursor, 'SET');
  const until = (inner: Cursor) => seesOneOf(inner, 'WHERE', 'ORDER', 'LIMIT');
  const set = assignments(cursor, out, table, { until });
  restriction(cursor, out, table, alias ?? table.name);
  end(cursor);
  return {
    kind: 'write',
    verb: 'UPDATE',
    table,
    statement: statementOf(cursor, out),
    information: [...out.information],
    rows: [set],
    generates: false,
    upsert: false,
    params: out.params,
  };
};

export const remove = (cursor: Cursor, scope: Scope): Counted<WritePlan> => {
  const out = createEmitter(scope);
  const at = peek(cursor)?.at ?? 0;
  expect(cursor, 'DELETE');
  skipPriority(cursor);
  accept(cursor, 'IGNORE');
  if (!accept(cursor, 'FROM')) {
    if (peek(cursor, 1)?.text === 'FROM' || peek(cursor, 1)?.text === ',')
      throw notSupported('multiple-table DELETE');
    fail(cursor);
  }
  const table = findTable(scope, tableName(cursor), 'DELETE');
  const alias = tableAlias(cursor);
  if (seesOneOf(cursor, ',', 'JOIN', 'INNER', 'LEFT', 'USING')) throw notSupported('multiple-table DELETE');
  const as = alias ? ` AS ${quoteName(alias)}` : '';
  emit(out, at, `DELETE FROM ${quoteName(table.name)}${as}`);
  restriction(cursor, out, table, alias ?? table.name);
  end(cursor);
  return {
    kind: 'write',
    verb: 'DELETE',
    table,
    statement: statementOf(cursor, out),
    information: [...out.information],
    rows: [],
    generates: false,
    upsert: false,
    params: out.params,
  };
};
