/** What INSERT, UPDATE and DELETE have in common. */

import { accept, type Cursor, expect, fail, name, peek, sees, seesOneOf } from './cursor.ts';
import { type Bind, bindsOf, type Emitter, emit, emitName, type Piece, readsOf, sqlOf } from './emitter.ts';
import { unknownColumn } from './errors.ts';
import { walk } from './expressions.ts';
import { quoteName } from './guard.ts';
import { columnOf, defaultSql, isInteger, type TableModel } from './model.ts';
import type { Statement, WritePlan } from './plan.ts';

export type Counted<T> = T & { params: number };

export const statementOf = (cursor: Cursor, out: Emitter): Statement => ({
  sql: sqlOf(out.pieces),
  binds: bindsOf(out.pieces),
  source: { text: cursor.text, pieces: out.pieces },
});

/** What INSERT, UPDATE and DELETE have written, and what is special about them. */
export const writePlan = (
  cursor: Cursor,
  out: Emitter,
  about: Pick<WritePlan, 'verb' | 'table'> & Partial<Pick<WritePlan, 'rows' | 'generates'>>,
): Counted<WritePlan> => ({
  kind: 'write',
  rows: [],
  generates: false,
  ...about,
  statement: statementOf(cursor, out),
  information: [...out.information],
  reads: readsOf(out),
  params: out.params,
});

export const skipPriority = (cursor: Cursor): void => {
  while (seesOneOf(cursor, 'LOW_PRIORITY', 'HIGH_PRIORITY', 'DELAYED', 'QUICK')) cursor.at++;
};

export const unknownField = (column: string): never => {
  throw unknownColumn(column, 'field list');
};

/** `column = value, ...` of UPDATE and ON DUPLICATE KEY UPDATE. */
export const assignments = (
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
    const model = columnOf(table, column) ?? unknownField(column);
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
