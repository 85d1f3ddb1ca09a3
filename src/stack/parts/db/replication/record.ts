/** What the log needs to know about the statement that runs, so that replicas do the same. */

import { autoColumn } from '../model.ts';
import type { WritePlan } from '../plan.ts';
import type { SessionState } from '../session-state.ts';
import { lastGiven, setNextId } from '../tables.ts';
import type { Value } from '../values.ts';
import type { Logged } from './entry.ts';

/**
 * Before a statement runs, each time that it is tried; the last number of AUTO_INCREMENT, where it matters. One
 * that is repeated goes on from the number that it had at first: numbers that were undone are never given again.
 */
export const recording = (state: SessionState, plan?: WritePlan): bigint | undefined => {
  const { db, recorder, running } = state;
  const { repeats } = running;
  if (!recorder) return undefined;
  if (repeats) {
    repeats.next = 0;
    if (plan && repeats.lastId !== undefined) setNextId(db, plan.table.name, repeats.lastId);
    return undefined;
  }
  running.drawn = [];
  const inserts = plan?.verb === 'INSERT' || plan?.verb === 'REPLACE';
  return inserts && autoColumn(plan.table) ? lastGiven(db, plan.table.name) : undefined;
};

/** When it has run, inside of its transaction. `schema` when it changes the schema. */
export const record = (
  { recorder, running, variables }: SessionState,
  statement: Pick<Logged, 'sql' | 'lastId'> & { params?: readonly Value[] },
  schema?: { foreignKeys: boolean },
): void => {
  if (!recorder || variables.get('sql_log_bin') === 0n) return;
  running.now ??= new Date();
  const { now, drawn = [], request } = running;
  recorder.note({ params: [], ...statement, now: now.getTime(), drawn, request }, schema);
};
