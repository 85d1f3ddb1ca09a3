/** SELECT, and expressions that stand alone. */

import { type Counted, statementOf } from './assignments.ts';
import { type Cursor, end, fail, peek, sees } from './cursor.ts';
import { createEmitter, emit, readsOf } from './emitter.ts';
import { walk } from './expressions.ts';
import { typeHint } from './hints.ts';
import type { SelectPlan, Statement } from './plan.ts';
import type { Scope } from './scope.ts';

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
    reads: readsOf(out),
    free: out.tables.size === 0 && out.information.size === 0,
    params: out.params,
  };
};
