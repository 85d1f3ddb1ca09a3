/** Running what reads and writes rows. */

import { ownPrefix, quoteName } from './guard.ts';
import { informationTables } from './information-schema.ts';
import { checkJoinSize } from './join-size.ts';
import type { Reads, SelectPlan, Statement, WritePlan } from './plan.ts';
import { record, recording } from './replication/record.ts';
import { bound, ok, type Reply } from './reply.ts';
import type { Column } from './resultset.ts';
import {
  checkTableLocks,
  checkWritable,
  nothingCounted,
  prepared,
  type SessionState,
} from './session-state.ts';
import { createView } from './session-view.ts';
import type { Prepared } from './sqlite.ts';
import { typedColumns } from './types.ts';
import type { Value } from './values.ts';

const countRows = ({ db }: SessionState, table: string): number =>
  Number(db.rows(`SELECT count(*) FROM ${quoteName(table)}`)[0]?.[0] ?? 0);

/** Puts rows into a table of this connection alone; returns its name. */
export const fill = (
  { db }: SessionState,
  name: string,
  columns: readonly string[],
  rows: readonly (readonly Value[])[],
): string => {
  const target = `temp.${quoteName(ownPrefix + name)}`;
  const list = columns.map(column => `${quoteName(column)} COLLATE NOCASE`).join(', ');
  db.exec(`DROP TABLE IF EXISTS ${target}; CREATE TABLE ${target} (${list})`);
  db.forget();
  const insert = db.prepare(`INSERT INTO ${target} VALUES (${columns.map(() => '?').join(', ')})`);
  for (const row of rows) insert.run(row);
  return target;
};

/** The tables of information_schema are made when they are asked for. */
export const fillInformation = (state: SessionState, names: readonly string[]): void => {
  for (const name of names) {
    const table = informationTables[name];
    if (table) fill(state, name.toLowerCase(), table.columns, table.rows(createView(state)));
  }
};

/** Rows that a table is taken to have that is made by the statement itself. */
const fewRows = 100;

/** Throws 1104 for joins that would keep the process busy for ages. */
const checkReads = (state: SessionState, statement: Statement, { tables, references }: Reads): void => {
  if (references < 2 || state.running.repeats || state.variables.get('sql_big_selects') === 1n) return;
  const most = Math.max(fewRows, ...tables.map(table => countRows(state, table)));
  checkJoinSize(state.db, statement, Number(state.variables.get('max_join_size')), most);
};

const typed = new WeakMap<Prepared, Column[]>();

export const columnsOf = (
  { server }: SessionState,
  statement: Prepared,
  rows: readonly (readonly Value[])[],
  plan: SelectPlan,
): Column[] => {
  const known = typed.get(statement);
  if (known) return known;
  const { columns, fixed } = typedColumns(statement.columns, rows, plan, server);
  if (fixed) typed.set(statement, columns);
  return columns;
};

export const select = async (
  state: SessionState,
  plan: SelectPlan,
  params: readonly Value[],
): Promise<Reply> => {
  if (plan.information.length) fillInformation(state, plan.information);
  const admit = () => checkTableLocks(state, { reads: plan.reads.tables, writes: [] });
  const work = (): Reply => {
    checkReads(state, plan.statement, plan.reads);
    const statement = prepared(state, plan.statement);
    const rows = statement.all(bound(plan.statement, params));
    return { kind: 'rows', columns: columnsOf(state, statement, rows, plan), rows };
  };
  if (plan.free) return work();
  return state.transaction.run(plan.locking ? 'lock' : 'read', admit, work);
};

interface Written {
  changes: number;
  lastInsertRowid: bigint;
  /** Rows that REPLACE has removed. */
  deleted: number;
}

export const write = async (
  state: SessionState,
  plan: WritePlan,
  params: readonly Value[],
): Promise<Reply> => {
  if (plan.information.length) fillInformation(state, plan.information);
  const table = plan.table.name;
  const admit = () => {
    checkWritable(state);
    checkTableLocks(state, { reads: plan.reads.tables, writes: [table] });
  };
  const written = await state.transaction.run('write', admit, (): Written => {
    checkReads(state, plan.statement, plan.reads);
    state.running.counted = nothingCounted();
    const lastId = recording(state, plan);
    const before = plan.verb === 'REPLACE' ? countRows(state, table) : 0;
    const result = prepared(state, plan.statement).run(bound(plan.statement, params));
    const deleted = plan.verb === 'REPLACE' ? before + result.changes - countRows(state, table) : 0;
    if (result.changes > 0) record(state, { sql: plan.statement.source.text, params, lastId });
    return { ...result, deleted };
  });
  if (plan.verb === 'DELETE') return ok(written.changes);
  return plan.verb === 'UPDATE' ? updated(state, written) : inserted(state, plan, written);
};

/** Rows that were found and are as they were, for the clients that count them. */
const unchanged = ({ client, running: { counted } }: SessionState): number =>
  client.foundRows ? counted.found - counted.changed : 0;

const updated = (state: SessionState, { changes }: Written): Reply => {
  const { changed } = state.running.counted;
  const info = `Rows matched: ${changes}  Changed: ${changed}  Warnings: 0`;
  return ok(changed + unchanged(state), 0n, info);
};

const noteId = ({ givenIds }: SessionState, table: string, id: bigint): void => {
  if (id > (givenIds.get(table) ?? 0n)) givenIds.set(table, id);
};

const inserted = (
  state: SessionState,
  plan: WritePlan,
  { changes, lastInsertRowid, deleted }: Written,
): Reply => {
  const { found, changed } = state.running.counted;
  const added = changes - found;
  // Counted as changed: an inserted row once, a row deleted to make room once, an updated row twice.
  const affected = added + deleted + 2 * changed + unchanged(state);
  const records = plan.rows.length || changes;
  const info =
    records > 1 ? `Records: ${records}  Duplicates: ${records - added + deleted}  Warnings: 0` : '';
  const auto = plan.table.columns.some(({ autoIncrement }) => autoIncrement);
  if (!auto || added <= 0) return ok(affected, 0n, info);
  if (state.transaction.active) noteId(state, plan.table.name, lastInsertRowid);
  if (!plan.generates) return ok(affected, lastInsertRowid, info);
  // MySQL tells the first of the new numbers, SQLite the last.
  state.lastInsertId = lastInsertRowid - BigInt(added - 1);
  return ok(affected, state.lastInsertId, info);
};
