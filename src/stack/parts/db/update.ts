/** UPDATE and DELETE, of one table. */

import { assignments, type Counted, skipPriority, writePlan } from './assignments.ts';
import { accept, type Cursor, end, expect, fail, name, peek, seesOneOf, tableName } from './cursor.ts';
import { createEmitter, type Emitter, emit } from './emitter.ts';
import { notSupported } from './errors.ts';
import { walk } from './expressions.ts';
import { quoteName } from './guard.ts';
import { rowKey, type TableModel } from './model.ts';
import type { WritePlan } from './plan.ts';
import { findTable, type Scope } from './scope.ts';

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
  return writePlan(cursor, out, { verb: 'UPDATE', table, rows: [set] });
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
  return writePlan(cursor, out, { verb: 'DELETE', table });
};
