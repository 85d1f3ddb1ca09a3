/** One client's session: its variables, its transaction, and the running of its statements. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Bind } from './emitter.ts';
import { MysqlError } from './errors.ts';
import { explained } from './explain.ts';
import { isSqliteError, mysqlErrorOf } from './failure.ts';
import { taughtFunctions } from './functions.ts';
import { ownPrefix, quoteName } from './guard.ts';
import { informationTables } from './information-schema.ts';
import type { Plan, SchemaChange, SelectPlan, ShowPlan, Statement, WritePlan } from './plan.ts';
import type { Column } from './resultset.ts';
import { checkDatabase } from './scope.ts';
import type { Account, Plans, Server } from './server.ts';
import { createView } from './session-view.ts';
import { isLike, type Listing, listing } from './show.ts';
import { openSqlite, type Prepared } from './sqlite.ts';
import { applyChange, catalogue, type Warning } from './tables.ts';
import { createTransaction, type Transaction } from './transaction.ts';
import { typedColumns, typeOfValues } from './types.ts';
import type { Value } from './values.ts';
import { createVariables, serverVersion } from './variables.ts';

export type Reply =
  | { kind: 'rows'; columns: readonly Column[]; rows: readonly (readonly Value[])[] }
  | { kind: 'ok'; affectedRows: number; insertId: bigint; info: string };

export interface Session {
  readonly transaction: Pick<Transaction, 'active' | 'autocommit'>;
  readonly warnings: readonly Warning[];
  readonly account: Account;
  plan(text: string): Plan;
  /** Runs one statement and logs it. Throws nothing but MysqlError. */
  run(text: string, plan: () => Plan, params: readonly Value[]): Promise<Reply>;
  /** The columns that a statement will return, as far as they are known before it runs. */
  describe(plan: Plan): readonly Column[];
  use(database: string): void;
  /** As a fresh connection: COM_RESET_CONNECTION, and COM_CHANGE_USER with another account. */
  reset(account?: Account, database?: string): void;
  close(): void;
}

const ok = (affectedRows = 0, insertId = 0n, info = ''): Reply => ({
  kind: 'ok',
  affectedRows,
  insertId,
  info,
});

const requestComment = /\s*\/\*\s*request=([0-9a-f]{32})\s*\*\/[\s;]*$/;

/** The statement without the comment that says which request it belongs to. */
export const splitRequest = (text: string): { statement: string; request: string | undefined } => {
  const match = text.slice(-80).includes('/* request=') ? requestComment.exec(text) : null;
  if (!match) return { statement: text, request: undefined };
  return { statement: text.slice(0, match.index), request: match[1] };
};

/** Rows that UPDATE or ON DUPLICATE KEY UPDATE found and changed, counted assignment by assignment. */
const nothingCounted = () => ({ assigned: 0, found: 0, changed: 0, changes: false });

/** Longest time that a timer can be set to. */
const longestSleep = 2 ** 31 - 1;

export const createSession = (
  server: Server,
  login: {
    account: Account;
    connection: number;
    host: string;
    database: string | undefined;
    /** The client wants to know how many rows an UPDATE found, not how many it changed. */
    foundRows: boolean;
  },
): Session => {
  const db = openSqlite(server.file);
  const ended = new AbortController();
  let account = login.account;
  let chosen: string | undefined;
  let plans: Plans = server.plans(account, chosen);
  let version = server.schemaVersion();
  let variables = createVariables(server.variables.values);
  let userVariables = new Map<string, Value>();
  let warnings: Warning[] = [];
  let now: Date | undefined;
  let sleepMs = 0;
  let counted = nothingCounted();
  let lastInsertId = 0n;
  let rowCount = -1;
  let running: { text: string; since: number } | undefined;
  let idleSince = performance.now();
  const typed = new WeakMap<Prepared, Column[]>();
  const transaction = createTransaction({
    db,
    locks: server.locks,
    signal: ended.signal,
    patience: () => Number(variables.get('innodb_lock_wait_timeout')) * 1000,
  });

  db.define(
    taughtFunctions({
      now: () => {
        now ??= new Date();
        return now;
      },
      user: () => `${account.user}@${login.host}`,
      account: () => `${account.user}@${login.host}`,
      database: () => chosen ?? null,
      version: serverVersion,
      connection: login.connection,
      lastInsertId: next => {
        if (next !== undefined) lastInsertId = next;
        return lastInsertId;
      },
      rowCount: () => rowCount,
      systemVariable: name => (name === 'warning_count' ? BigInt(warnings.length) : variables.get(name)),
      userVariable: name => userVariables.get(name) ?? null,
      sleep: seconds => {
        sleepMs = Math.min(longestSleep, sleepMs + seconds * 1000);
      },
      markAssigned: (assignments, changes) => {
        counted.changes ||= changes;
        if (++counted.assigned % assignments !== 0) return;
        counted.found++;
        if (counted.changes) counted.changed++;
        counted.changes = false;
      },
    }),
  );

  const process = () => ({
    id: login.connection,
    user: account.user,
    host: login.host,
    database: chosen ?? null,
    command: running ? 'Query' : 'Sleep',
    time: Math.floor((performance.now() - (running?.since ?? idleSince)) / 1000),
    state: running ? 'executing' : '',
    info: running?.text ?? null,
  });
  server.processes.set(login.connection, process);

  const use = (database: string) => {
    checkDatabase(plans.scope(), database);
    chosen = database;
    plans = server.plans(account, chosen);
  };

  const prepared = (statement: Statement): Prepared => {
    if (version !== server.schemaVersion()) {
      version = server.schemaVersion();
      db.forget();
      // SQLite notices that its copy of the schema is old when a statement runs, not when one is prepared.
      db.rows(`SELECT count(*) FROM ${catalogue}`);
    }
    return db.prepare(statement.sql);
  };

  const boundValue =
    (params: readonly Value[]) =>
    (bind: Bind): Value =>
      'value' in bind ? bind.value : (params[bind.param] ?? null);

  const bound = (statement: Statement, params: readonly Value[]): Value[] =>
    statement.binds.map(boundValue(params));

  const view = () =>
    createView(server, { db, account, connection: login.connection, host: login.host, variables, warnings });

  const fill = (name: string, columns: readonly string[], rows: readonly (readonly Value[])[]) => {
    const target = `temp.${quoteName(ownPrefix + name)}`;
    const list = columns.map(column => `${quoteName(column)} COLLATE NOCASE`).join(', ');
    db.exec(`DROP TABLE IF EXISTS ${target}; CREATE TABLE ${target} (${list})`);
    db.forget();
    const insert = db.prepare(`INSERT INTO ${target} VALUES (${columns.map(() => '?').join(', ')})`);
    for (const row of rows) insert.run(row);
    return target;
  };

  const fillInformation = (names: readonly string[]) => {
    for (const name of names) {
      const table = informationTables[name];
      if (table) fill(name.toLowerCase(), table.columns, table.rows(view()));
    }
  };

  const columnsOf = (
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

  const select = async (plan: SelectPlan, params: readonly Value[]): Promise<Reply> => {
    if (plan.information.length) fillInformation(plan.information);
    const work = (): Reply => {
      const statement = prepared(plan.statement);
      const rows = statement.all(bound(plan.statement, params));
      return { kind: 'rows', columns: columnsOf(statement, rows, plan), rows };
    };
    if (plan.free) return work();
    return transaction.run(plan.locking ? 'lock' : 'read', work);
  };

  const write = async (plan: WritePlan, params: readonly Value[]): Promise<Reply> => {
    if (plan.information.length) fillInformation(plan.information);
    const count = () => Number(db.rows(`SELECT count(*) FROM ${quoteName(plan.table.name)}`)[0]?.[0] ?? 0);
    const { changes, lastInsertRowid, deleted } = await transaction.run('write', () => {
      counted = nothingCounted();
      const before = plan.verb === 'REPLACE' ? count() : 0;
      const result = prepared(plan.statement).run(bound(plan.statement, params));
      const removed = plan.verb === 'REPLACE' ? before + result.changes - count() : 0;
      return { ...result, deleted: removed };
    });
    const { found, changed } = counted;
    // Counted as changed: an inserted row once, a row deleted to make room once, an updated row twice.
    const unchanged = login.foundRows ? found - changed : 0;
    if (plan.verb === 'UPDATE') {
      const info = `Rows matched: ${changes}  Changed: ${changed}  Warnings: 0`;
      return ok(changed + unchanged, 0n, info);
    }
    if (plan.verb === 'DELETE') return ok(changes);
    const inserted = changes - found;
    const affected = inserted + deleted + 2 * changed + unchanged;
    const records = plan.rows.length || changes;
    const info =
      records > 1 ? `Records: ${records}  Duplicates: ${records - inserted + deleted}  Warnings: 0` : '';
    const auto = plan.table.columns.some(({ autoIncrement }) => autoIncrement);
    if (!auto || inserted <= 0) return ok(affected, 0n, info);
    if (!plan.generates) return ok(affected, lastInsertRowid, info);
    // MySQL tells the first of the new numbers, SQLite the last.
    lastInsertId = lastInsertRowid - BigInt(inserted - 1);
    return ok(affected, lastInsertId, info);
  };

  const schema = async (change: SchemaChange): Promise<Reply> => {
    const foreignKeys = variables.get('foreign_key_checks') === 1n;
    transaction.commit();
    db.exec('PRAGMA foreign_keys = OFF');
    try {
      const options = { database: server.database, foreignKeys };
      // What other connections changed meanwhile is in server.tables: it is read when the lock is held.
      const result = await transaction.alone(() => applyChange(db, server.tables(), change, options));
      server.changeTables(result.tables);
      warnings = result.warnings;
      return ok(0, 0n, change.kind === 'alter' ? 'Records: 0  Duplicates: 0  Warnings: 0' : '');
    } finally {
      db.exec(`PRAGMA foreign_keys = ${foreignKeys ? 'ON' : 'OFF'}`);
    }
  };

  const filtered = ({ columns, rows }: Listing, plan: ShowPlan, params: readonly Value[]): Reply => {
    const { like, where } = plan;
    let kept = like === undefined ? rows : rows.filter(row => isLike(String(row[0]), like));
    if (where) {
      const target = fill('show', columns, kept);
      kept = db.rows(
        `SELECT * FROM ${target} ${where.sql ? `WHERE ${where.sql}` : ''}`,
        ...bound(where, params),
      );
    }
    const typedAs = columns.map((name, i) => ({ name, ...typeOfValues(kept, i) }));
    return { kind: 'rows', columns: typedAs, rows: kept };
  };

  const show = (plan: ShowPlan, params: readonly Value[]): Reply => {
    const about = plan.explained;
    if (!about) return filtered(listing(plan, view()), plan, params);
    if (about.information.length) fillInformation(about.information);
    const { sql } = about.statement;
    const steps = db.rows(`EXPLAIN QUERY PLAN ${sql}`, ...bound(about.statement, params));
    const rows = (table: string) => (server.tables().has(table) ? view().rowCount(table) : null);
    return filtered(explained(steps, rows), plan, params);
  };

  const set = (plan: Extract<Plan, { kind: 'set' }>, params: readonly Value[]): Reply => {
    for (const { target, name, value } of plan.assignments) {
      const result = db.rows(value.sql, ...bound(value, params))[0]?.[0] ?? null;
      if (target === 'user') userVariables.set(name, result);
      else (target === 'global' ? server.variables : variables).set(name, result);
      if (target !== 'session') continue;
      if (name === 'autocommit') transaction.autocommit = variables.get(name) === 1n;
      if (name === 'foreign_key_checks')
        db.exec(`PRAGMA foreign_keys = ${variables.get(name) === 1n ? 'ON' : 'OFF'}`);
    }
    return ok();
  };

  const perform = async (plan: Plan, params: readonly Value[]): Promise<Reply> => {
    switch (plan.kind) {
      case 'select':
        return select(plan, params);
      case 'write':
        return write(plan, params);
      case 'schema':
        return schema(plan.change);
      case 'show':
        return show(plan, params);
      case 'set':
        return set(plan, params);
      case 'use':
        use(plan.database);
        return ok();
      case 'begin':
        transaction.begin();
        return ok();
      case 'commit':
        transaction.commit();
        return ok();
      case 'rollback':
        transaction.rollback();
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

  const failure = (error: unknown, plan: Plan | undefined, params: readonly Value[]): MysqlError => {
    const statement = plan && 'statement' in plan ? plan.statement : undefined;
    try {
      return mysqlErrorOf(error, {
        db,
        database: server.database,
        tables: server.tables(),
        statement: plan?.kind === 'show' ? plan.explained?.statement : statement,
        plan: plan?.kind === 'write' ? plan : undefined,
        value: boundValue(params),
      });
    } catch {
      return new MysqlError(1105, 'Unknown error');
    }
  };

  /** DROP and SHOW leave the warnings of the statement before; all others begin anew. */
  const keepsWarnings = (plan: Plan): boolean => plan.kind === 'show' && /warnings|errors/.test(plan.what);

  const run: Session['run'] = async (text, toPlan, params) => {
    const { statement, request } = splitRequest(text);
    const since = performance.now();
    running = { text: statement, since };
    now = undefined;
    sleepMs = 0;
    server.questions++;
    let plan: Plan | undefined;
    let reply: Reply | undefined;
    let error: MysqlError | undefined;
    try {
      plan = toPlan();
      if (!keepsWarnings(plan)) warnings = [];
      reply = await perform(plan, params);
    } catch (thrown) {
      error = failure(thrown, plan, params);
      warnings = [{ level: 'Error', code: error.code, message: error.message }];
    }
    // Others go on meanwhile; the lock, if there is one, is kept.
    if (sleepMs > 0) await delay(sleepMs, undefined, { signal: ended.signal }).catch(() => {});
    const rows = reply === undefined ? 0 : reply.kind === 'rows' ? reply.rows.length : reply.affectedRows;
    rowCount = error || reply?.kind === 'rows' ? -1 : rows;
    running = undefined;
    idleSince = performance.now();
    const durationMs = idleSince - since;
    server.logs.statement({
      connection: login.connection,
      user: account.user,
      request,
      statement,
      durationMs,
      rows,
      error,
    });
    if (error) throw error;
    return reply as Reply;
  };

  const describe = (plan: Plan): readonly Column[] => {
    try {
      if (plan.kind === 'select') {
        if (plan.information.length) fillInformation(plan.information);
        return columnsOf(prepared(plan.statement), [], plan);
      }
      if (plan.kind !== 'show') return [];
      const params = Array.from({ length: plan.params }, () => null);
      const reply = show(plan, params);
      return reply.kind === 'rows' ? reply.columns : [];
    } catch (error) {
      throw isSqliteError(error) || error instanceof MysqlError ? failure(error, plan, []) : error;
    }
  };

  const reset = (next = account, database?: string) => {
    transaction.rollback();
    transaction.autocommit = true;
    variables = createVariables(server.variables.values);
    userVariables = new Map();
    warnings = [];
    lastInsertId = 0n;
    db.exec('PRAGMA foreign_keys = ON');
    if (next !== account) chosen = undefined;
    account = next;
    plans = server.plans(account, chosen);
    if (database !== undefined) use(database);
  };

  const close = () => {
    ended.abort();
    server.processes.delete(login.connection);
    transaction.rollback();
    db.close();
    server.locks.released();
  };

  if (login.database !== undefined) {
    try {
      use(login.database);
    } catch (error) {
      close();
      throw error;
    }
  }

  return {
    transaction,
    get warnings() {
      return warnings;
    },
    get account() {
      return account;
    },
    plan: text => plans.plan(splitRequest(text).statement),
    run,
    describe,
    use,
    reset,
    close,
  };
};
