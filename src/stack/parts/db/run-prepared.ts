/** Running PREPARE, EXECUTE and DEALLOCATE. */

import { MysqlError } from './errors.ts';
import type { Plan } from './plan.ts';
import { ok, type Reply } from './reply.ts';
import type { SessionState } from './session-state.ts';
import type { Value } from './values.ts';

type PlanOf<Kind extends Plan['kind']> = Extract<Plan, { kind: Kind }>;

const mostPrepared = 1000;

const unknown = (name: string, by: string): MysqlError =>
  new MysqlError(1243, `Unknown prepared statement handler (${name}) given to ${by}`);

export const prepare = (state: SessionState, { name, text }: PlanOf<'prepare'>): Reply => {
  const { namedStatements } = state;
  const source = typeof text === 'string' ? text : String(state.userVariables.get(text.variable) ?? 'NULL');
  // As in MySQL, one of the same name is gone also when this one cannot be prepared.
  namedStatements.delete(name);
  const { kind } = state.plans.plan(source);
  if (kind === 'prepare' || kind === 'execute' || kind === 'deallocate')
    throw new MysqlError(1295, 'This command is not supported in the prepared statement protocol yet');
  if (namedStatements.size >= mostPrepared)
    throw new MysqlError(
      1461,
      `Can't create more than max_prepared_stmt_count statements (current value: ${mostPrepared})`,
    );
  namedStatements.set(name, source);
  return ok(0, 0n, 'Statement prepared');
};

/** The plan that an EXECUTE stands for, and its parameters. */
export const planOf = (
  state: SessionState,
  { name, using }: PlanOf<'execute'>,
): { plan: Plan; params: Value[] } => {
  const text = state.namedStatements.get(name);
  if (text === undefined) throw unknown(name, 'EXECUTE');
  const plan = state.plans.plan(text);
  if (plan.params !== using.length) throw new MysqlError(1210, 'Incorrect arguments to EXECUTE');
  return { plan, params: using.map(variable => state.userVariables.get(variable) ?? null) };
};

export const deallocate = (state: SessionState, { name }: PlanOf<'deallocate'>): Reply => {
  if (!state.namedStatements.delete(name)) throw unknown(name, 'DEALLOCATE PREPARE');
  return ok();
};
