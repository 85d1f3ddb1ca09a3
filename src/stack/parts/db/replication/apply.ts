/** Repeats transactions of the source, one after the other, in a session of its own. */

import type { MysqlError } from '../errors.ts';
import { taughtFunctions } from '../functions.ts';
import { analyze } from '../maintain.ts';
import type { Plan } from '../plan.ts';
import { changeSchema } from '../run-plan.ts';
import { write } from '../run-query.ts';
import type { Server } from '../server.ts';
import { failure } from '../session.ts';
import { functionContext } from '../session-functions.ts';
import { type Client, createState, endTransaction, newRunning } from '../session-state.ts';
import type { Entry, Logged } from './entry.ts';

/** A transaction could not be repeated. */
export class ApplyError extends Error {
  readonly code: number;

  constructor({ code, message }: MysqlError, database: string, { sql }: Logged) {
    super(`Error '${message}' on query. Default database: '${database}'. Query: '${sql}'`);
    this.code = code;
  }
}

export interface Applier {
  /** Repeats it in one transaction, which is in this server's own log then. Throws ApplyError. */
  apply(entry: Entry, line: string): Promise<void>;
  /** Whatever it waits for, it waits no more. */
  interrupt(): void;
  close(): void;
}

/** Whoever waits for a lock here waits for a client of this server, which ends its transaction some day. */
const lockTimeout = 1205;
const deadlock = 1213;

export const createApplier = (server: Server, client: Client): Applier => {
  const state = createState(server, client);
  const { db, recorder, transaction, variables } = state;
  state.db.define(taughtFunctions(functionContext(state)));
  state.chosen = server.database;
  state.plans = server.plans(client.account, server.database);

  /** The last one that ran, to tell what went wrong with it. */
  let plan: Plan | undefined;

  const repeat = async (statement: Logged): Promise<void> => {
    const { sql, params, now } = statement;
    plan = undefined;
    const since = performance.now();
    state.running = {
      ...newRunning(),
      now: new Date(now),
      // What was quick enough for the source is repeated, however long it takes here.
      patterns: { milliseconds: Number.MAX_SAFE_INTEGER },
      repeats: { ...statement, next: 0 },
    };
    plan = state.plans.plan(sql);
    const rows = await run(plan, params);
    const comment = statement.request === undefined ? '' : ` /* request=${statement.request} */`;
    server.logs.statement({
      connection: client.connection,
      user: client.account.user,
      // Not as a request's own statement: nobody waited for it.
      request: undefined,
      statement: sql + comment,
      durationMs: performance.now() - since,
      rows,
      error: undefined,
    });
  };

  const run = async (plan: Plan, params: Logged['params']): Promise<number> => {
    if (plan.kind === 'schema') await changeSchema(state, plan);
    else if (plan.kind === 'write') {
      const reply = await write(state, plan, params);
      return reply.kind === 'ok' ? reply.affectedRows : 0;
    } else if (plan.kind === 'maintain')
      await transaction.alone(
        () => {},
        () => {
          for (const { table } of plan.tables) analyze(state, table);
        },
      );
    return 0;
  };

  const attempt = async (
    { statements, schema, foreignKeys, ...entry }: Entry,
    line: string,
  ): Promise<void> => {
    let current = statements[0] as Logged;
    try {
      variables.set('foreign_key_checks', foreignKeys ? 1n : 0n);
      db.exec(`PRAGMA foreign_keys = ${foreignKeys ? 'ON' : 'OFF'}`);
      if (!schema) transaction.begin();
      recorder?.repeat({ statements, schema, foreignKeys, ...entry }, line);
      for (const statement of statements) {
        current = statement;
        await repeat(statement);
      }
      transaction.commit();
    } catch (error) {
      transaction.rollback();
      const known = failure(state, error, plan, current.params);
      throw new ApplyError(known, server.database, current);
    } finally {
      recorder?.forget();
    }
  };

  return {
    apply: async (entry, line) => {
      for (;;) {
        try {
          return await attempt(entry, line);
        } catch (error) {
          const waits = error instanceof ApplyError && [lockTimeout, deadlock].includes(error.code);
          if (!waits || state.ended.signal.aborted) throw error;
        }
      }
    },
    interrupt: () => state.ended.abort(),
    close: () => {
      state.ended.abort();
      endTransaction(state);
      db.close();
      server.locks.released();
    },
  };
};
