/** One client's session: runs its statements one after the other, and logs them. */

import { setTimeout as delay } from 'node:timers/promises';
import { MysqlError } from './errors.ts';
import { isSqliteError, mysqlErrorOf } from './failure.ts';
import { taughtFunctions } from './functions.ts';
import type { Plan } from './plan.ts';
import { boundValue, type Reply } from './reply.ts';
import type { Column } from './resultset.ts';
import { runPlan } from './run-plan.ts';
import { columnsOf, fillInformation } from './run-query.ts';
import { show } from './run-show.ts';
import type { Account, Server } from './server.ts';
import { functionContext } from './session-functions.ts';
import {
  type Client,
  chooseDatabase,
  createState,
  endTransaction,
  newRunning,
  prepared,
  resetState,
  type SessionState,
} from './session-state.ts';
import type { Warning } from './tables.ts';
import type { Transaction } from './transaction.ts';
import type { Value } from './values.ts';

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
  reset(account?: Account, database?: string): void;
  close(): void;
}

const requestComment = /\s*\/\*\s*request=([0-9a-f]{32})\s*\*\/[\s;]*$/;

/** The statement without the comment that says which request it belongs to. */
export const splitRequest = (text: string): { statement: string; request: string | undefined } => {
  const match = text.slice(-80).includes('/* request=') ? requestComment.exec(text) : null;
  if (!match) return { statement: text, request: undefined };
  return { statement: text.slice(0, match.index), request: match[1] };
};

/** SHOW WARNINGS shows those of the statement before; all others begin anew. */
const keepsWarnings = (plan: Plan): boolean => plan.kind === 'show' && /warnings|errors/.test(plan.what);

export const failure = (
  { db, server }: SessionState,
  error: unknown,
  plan: Plan | undefined,
  params: readonly Value[],
): MysqlError => {
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

const rowsOf = (reply: Reply | undefined): number => {
  if (!reply) return 0;
  return reply.kind === 'rows' ? reply.rows.length : reply.affectedRows;
};

const describe = (state: SessionState, plan: Plan): readonly Column[] => {
  try {
    if (plan.kind === 'select') {
      if (plan.information.length) fillInformation(state, plan.information);
      return columnsOf(state, prepared(state, plan.statement), [], plan);
    }
    if (plan.kind !== 'show') return [];
    const params = Array.from({ length: plan.params }, () => null);
    const reply = show(state, plan, params);
    return reply.kind === 'rows' ? reply.columns : [];
  } catch (error) {
    throw isSqliteError(error) || error instanceof MysqlError ? failure(state, error, plan, []) : error;
  }
};

export const createSession = (server: Server, client: Client): Session => {
  const state = createState(server, client);
  state.db.define(taughtFunctions(functionContext(state)));
  let busy: { text: string; since: number } | undefined;
  let idleSince = performance.now();

  server.processes.set(client.connection, {
    kill: client.kill,
    describe: () => ({
      id: client.connection,
      user: state.account.user,
      host: client.host,
      database: state.chosen ?? null,
      command: busy ? 'Query' : 'Sleep',
      time: Math.floor((performance.now() - (busy?.since ?? idleSince)) / 1000),
      state: state.transaction.waitsForTable ? 'Waiting for table metadata lock' : busy ? 'executing' : '',
      info: busy?.text ?? null,
    }),
  });

  const run: Session['run'] = async (text, toPlan, params) => {
    const { statement, request } = splitRequest(text);
    const since = performance.now();
    // With the comment: whoever looks at the processes can tell the request.
    busy = { text, since };
    state.running = { ...newRunning(), request };
    server.questions++;
    let plan: Plan | undefined;
    let reply: Reply | undefined;
    let error: MysqlError | undefined;
    try {
      plan = toPlan();
      if (!keepsWarnings(plan)) state.warnings = [];
      reply = await runPlan(state, plan, params);
    } catch (thrown) {
      error = failure(state, thrown, plan, params);
      state.warnings = [{ level: 'Error', code: error.code, message: error.message }];
    }
    // Others go on meanwhile; the lock, if there is one, is kept.
    const { sleepMs } = state.running;
    if (sleepMs > 0) await delay(sleepMs, undefined, { signal: state.ended.signal }).catch(() => {});
    const rows = rowsOf(reply);
    state.rowCount = error || reply?.kind === 'rows' ? -1 : rows;
    busy = undefined;
    idleSince = performance.now();
    const durationMs = idleSince - since;
    const { connection } = client;
    server.logs.statement({
      connection,
      user: state.account.user,
      request,
      statement,
      durationMs,
      rows,
      error,
    });
    if (error) throw error;
    return reply as Reply;
  };

  const close = () => {
    state.ended.abort();
    server.processes.delete(client.connection);
    endTransaction(state);
    state.db.close();
    server.locks.released();
  };

  if (client.database !== undefined) {
    try {
      chooseDatabase(state, client.database);
    } catch (error) {
      close();
      throw error;
    }
  }

  return {
    transaction: state.transaction,
    get account() {
      return state.account;
    },
    get warnings() {
      return state.warnings;
    },
    plan: text => state.plans.plan(splitRequest(text).statement),
    run,
    describe: plan => describe(state, plan),
    use: database => chooseDatabase(state, database),
    reset: (account, database) => resetState(state, account, database),
    close,
  };
};
