/** Running SHOW, DESCRIBE and EXPLAIN. */

import { explained } from './explain.ts';
import { isLike } from './like.ts';
import type { ShowPlan } from './plan.ts';
import { bound, type Reply } from './reply.ts';
import { fill, fillInformation } from './run-query.ts';
import type { SessionState } from './session-state.ts';
import { createView } from './session-view.ts';
import { type Listing, listing } from './show.ts';
import { typeOfValues } from './types.ts';
import type { Value } from './values.ts';

const filtered = (
  state: SessionState,
  { columns, rows }: Listing,
  { like, where }: ShowPlan,
  params: readonly Value[],
): Reply => {
  let kept = like === undefined ? rows : rows.filter(row => isLike(String(row[0]), like));
  if (where) {
    const target = fill(state, 'show', columns, kept);
    const condition = where.sql ? `WHERE ${where.sql}` : '';
    kept = state.db.rows(`SELECT * FROM ${target} ${condition}`, ...bound(where, params));
  }
  const typed = columns.map((name, i) => ({ name, ...typeOfValues(kept, i) }));
  return { kind: 'rows', columns: typed, rows: kept };
};

export const show = (state: SessionState, plan: ShowPlan, params: readonly Value[]): Reply => {
  const view = createView(state);
  const about = plan.explained;
  if (!about) return filtered(state, listing(plan, view), plan, params);
  if (about.information.length) fillInformation(state, about.information);
  const { statement } = about;
  const steps = state.db.rows(`EXPLAIN QUERY PLAN ${statement.sql}`, ...bound(statement, params));
  const rows = (table: string) => (state.server.tables().has(table) ? view.rowCount(table) : null);
  return filtered(state, explained(steps, rows), plan, params);
};
