/** INSERT and REPLACE. */

import { assignments, type Counted, skipPriority, unknownField, writePlan } from './assignments.ts';
import { accept, type Cursor, end, expect, fail, name, peek, sees, seesOneOf, tableName } from './cursor.ts';
import { type Bind, createEmitter, type Emitter, emit, type Piece } from './emitter.ts';
import { MysqlError } from './errors.ts';
import { walk } from './expressions.ts';
import { quoteName } from './guard.ts';
import { autoColumn, type ColumnModel, columnOf, defaultSql, hasDefault, type TableModel } from './model.ts';
import type { WritePlan } from './plan.ts';
import { findTable, type Scope } from './scope.ts';

/** What a row needs before it can be sent to SQLite: its columns, all of them known. */
const insertColumns = (table: TableModel, names: readonly string[]): ColumnModel[] =>
  names.map((column, i) => {
    const model = columnOf(table, column) ?? unknownField(column);
    const twice = names.findIndex(other => other.toLowerCase() === column.toLowerCase()) !== i;
    if (twice) throw new MysqlError(1110, `Column '${column}' specified twice`);
    return model;
  });

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
    const from = out.pieces.length;
    const until = (at: Cursor) => sees(at, ',') || sees(at, 'ON', 'DUPLICATE') || sees(at, 'AS');
    if (accept(cursor, 'DEFAULT')) emit(out, 0, defaultSql(column));
    else walk(cursor, out, { clause: 'values', until });
    // They are written when all columns are known.
    const pieces = out.pieces.splice(from);
    if (pieces.length === 1 && pieces[0]?.bind) row.set(column.name, pieces[0].bind);
    values.push(pieces);
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
    walk(cursor, out, { clause: 'field list', until: inside => sees(inside, 'ON', 'DUPLICATE') });
    emit(out, peek(cursor)?.at ?? cursor.text.length, ') WHERE 1');
    const auto = autoColumn(table);
    explicit = auto !== undefined && columns.includes(auto);
  } else fail(cursor);
  if (!fromSelect) requireDefaults(table, columns);

  const rowAlias = accept(cursor, 'AS') ? name(cursor) : undefined;
  if (accept(cursor, 'ON')) {
    expect(cursor, 'DUPLICATE', 'KEY', 'UPDATE');
    emit(out, at, 'ON CONFLICT DO UPDATE SET');
    assignments(cursor, out, table, { until: () => false, upsert: true, rowAlias });
  }
  end(cursor);
  return writePlan(cursor, out, {
    verb: replaces ? 'REPLACE' : 'INSERT',
    table,
    rows,
    generates: autoColumn(table) !== undefined && !explicit,
  });
};
