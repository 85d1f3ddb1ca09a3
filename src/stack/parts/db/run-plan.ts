/** Running a statement of any kind. */

import { MysqlError } from './errors.ts';
import { maintain } from './maintain.ts';
import type { Plan, SchemaChange } from './plan.ts';
import { record, recording } from './replication/record.ts';
import { bound, ok, type Reply } from './reply.ts';
import { deallocate, planOf, prepare } from './run-prepared.ts';
import { select, write } from './run-query.ts';
import { show } from './run-show.ts';
import {
  checkTableLocks,
  checkWritable,
  chooseDatabase,
  type SessionState,
  unlockTables,
} from './session-state.ts';
import type { TableUse } from './table-locks.ts';
import { applyChange } from './tables.ts';
import type { Value } from './values.ts';

type PlanOf<Kind extends Plan['kind']> = Extract<Plan, { kind: Kind }>;

const checkForeignKeys = ({ db }: SessionState, on: boolean): void =>
  db.exec(`PRAGMA foreign_keys = ${on ? 'ON' : 'OFF'}`);

const useOf = (change: SchemaChange): TableUse => {
  switch (change.kind) {
    case 'create':
      return { reads: [], writes: [change.table.name] };
    case 'copy':
      return { reads: [change.like], writes: [change.name] };
    case 'drop':
      return { reads: [], writes: change.names };
    case 'rename':
      return { reads: [], writes: change.pairs.map(({ from }) => from) };
    case 'alter':
    case 'truncate':
      return { reads: [], writes: [change.name] };
  }
};

export const changeSchema = async (
  state: SessionState,
  { change, text }: PlanOf<'schema'>,
): Promise<Reply> => {
  const { db, server, transaction, variables } = state;
  const foreignKeys = variables.get('foreign_key_checks') === 1n;
  transaction.commit();
  checkForeignKeys(state, false);
  try {
    const options = { database: server.database, foreignKeys };
    // What other connections changed meanwhile is in server.tables: it is read when the lock is held.
    const result = await transaction.alone(
      () => {
        checkWritable(state);
        checkTableLocks(state, useOf(change));
      },
      () => {
        recording(state);
        const changed = applyChange(db, server.tables(), change, options);
        record(state, { sql: text }, { foreignKeys });
        return changed;
      },
    );
    server.changeTables(result.tables);
    state.warnings = result.warnings;
    return ok(0, 0n, change.kind === 'alter' ? 'Records: 0  Duplicates: 0  Warnings: 0' : '');
  } finally {
    checkForeignKeys(state, foreignKeys);
  }
};

/** Whoever may write without a trace may spoil every replica. */
const checkSetting = ({ account }: SessionState, target: string, name: string): void => {
  if (target === 'session' && name === 'sql_log_bin' && !account.admin)
    throw new MysqlError(
      1227,
      'Access denied; you need (at least one of) the SUPER, BINLOG ADMIN privilege(s) for this operation',
    );
};

const set = (state: SessionState, { assignments }: PlanOf<'set'>, params: readonly Value[]): Reply => {
  const { db, server, transaction, variables } = state;
  for (const { target, name, value } of assignments) {
    checkSetting(state, target, name);
    const result = db.rows(value.sql, ...bound(value, params))[0]?.[0] ?? null;
    if (target === 'user') state.userVariables.set(name, result);
    else (target === 'global' ? server.variables : variables).set(name, result);
    if (target !== 'session') continue;
    if (name === 'autocommit') transaction.autocommit = variables.get(name) === 1n;
    if (name === 'foreign_key_checks') checkForeignKeys(state, variables.get(name) === 1n);
  }
  return ok();
};

/** Who may write to a locked table has SQLite's one lock for writers as well: nobody can come in between. */
const lockTables = async (state: SessionState, { tables }: PlanOf<'lock tables'>): Promise<Reply> => {
  const { server, client, transaction } = state;
  unlockTables(state);
  const writes = [...tables.values()].includes('WRITE');
  await transaction.hold(writes, () => server.tableLocks.take(client.connection, tables));
  return ok();
};

/** Everybody may end their own connections, the administrator all. Throws 1094 and 1095. */
const kill = ({ server, account }: SessionState, { connection }: PlanOf<'kill'>): Reply => {
  const process = server.processes.get(connection);
  if (!process) throw new MysqlError(1094, `Unknown thread id: ${connection}`);
  if (!account.admin && process.describe().user !== account.user)
    throw new MysqlError(1095, `You are not owner of thread ${connection}`);
  process.kill();
  return ok();
};

/** Throws MysqlError, and SQLite's own errors. */
export const runPlan = async (state: SessionState, plan: Plan, params: readonly Value[]): Promise<Reply> => {
  const { transaction, db } = state;
  switch (plan.kind) {
    case 'select':
      return select(state, plan, params);
    case 'write':
      return write(state, plan, params);
    case 'schema':
      return changeSchema(state, plan);
    case 'show':
      return show(state, plan, params);
    case 'set':
      return set(state, plan, params);
    case 'kill':
      return kill(state, plan);
    case 'replica':
      return (await import('./replication/orders.ts')).obey(state, plan.order);
    case 'maintain':
      return maintain(state, plan);
    case 'prepare':
      return prepare(state, plan);
    case 'execute': {
      const prepared = planOf(state, plan);
      return runPlan(state, prepared.plan, prepared.params);
    }
    case 'deallocate':
      return deallocate(state, plan);
    case 'use':
      chooseDatabase(state, plan.database);
      return ok();
    case 'begin':
      unlockTables(state);
      transaction.begin();
      return ok();
    case 'commit':
      transaction.commit();
      return ok();
    case 'rollback':
      transaction.rollback();
      return ok();
    case 'lock tables':
      return lockTables(state, plan);
    case 'unlock tables':
      unlockTables(state);
      return ok();
    case 'savepoint':
      transaction.savepoint(plan.name);
      return ok();
    case 'rollback to':
      transaction.rollbackTo(plan.name);
      return ok();
    case 'release':
      transaction.release(plan.name);
      return ok();
    case 'do':
      db.rows(plan.statement.sql, ...bound(plan.statement, params));
      return ok();
    case 'nothing':
      return ok(plan.affected ?? 0);
  }
};
