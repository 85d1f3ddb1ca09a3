import type { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool, QueryResult } from 'mysql2/promise';
import type { AppConfig, Query, SiteDatabase, SqlValue } from './contract.ts';

/** What a request has asked the database so far. */
export interface Asked {
  id: string;
  queries: Query[];
}

/** A statement got no result. `reached` tells whether the database itself said so. */
export class DatabaseError extends Error {
  override name = 'DatabaseError';
  readonly reached: boolean;

  constructor(message: string, reached: boolean) {
    super(message);
    this.reached = reached;
  }
}

/** The database as the site sees it; which request a statement belongs to comes from the asynchronous context. */
export const createDatabase = (
  { db, workers }: Pick<AppConfig, 'db' | 'workers'>,
  context: AsyncLocalStorage<Asked>,
): SiteDatabase => {
  // mysql2 is by far the heaviest module of this process: it loads while the port is being opened.
  const pool = import('../../mysql.ts').then(({ createPool }) =>
    createPool({
      ...db,
      connectionLimit: workers,
      // A database that accepts but says nothing is waited for: it is the web server that loses patience.
      connectTimeout: 60_000,
      charset: 'utf8mb4',
      dateStrings: true,
    }),
  );
  void pool.then(connectEarly);
  return {
    query: async (sql, values = []) => {
      for (const value of values)
        if (!isSqlValue(value)) throw new TypeError('a value of a statement is no scalar');
      const asked = context.getStore();
      // The id was checked when the request came in, so nobody can break out of the comment.
      const statement = asked ? `${sql} /* request=${asked.id} */` : sql;
      const query: Query = { statement: sql.trim(), durationMs: 0, rows: 0, answered: true };
      const started = performance.now();
      try {
        const result = await run(await pool, statement, values);
        query.rows = 'affectedRows' in result ? result.affectedRows : result.length;
        return result;
      } catch (error) {
        const { message, reached } = describe(error);
        query.error = message;
        query.answered = reached;
        throw new DatabaseError(message, reached);
      } finally {
        query.durationMs = performance.now() - started;
        asked?.queries.push(query);
      }
    },
  };
};

const earlyTries = 200;
const earlyPauseMs = 25;

/** The first visitor should not wait for the connecting; app and db start at the same time, so it is tried again. */
const connectEarly = async (pool: Pool): Promise<void> => {
  for (let tries = 0; tries < earlyTries; tries++) {
    const connection = await pool.getConnection().catch(() => undefined);
    if (connection) return connection.release();
    await sleep(earlyPauseMs, undefined, { ref: false });
  }
};

const run = async (pool: Pool, statement: string, values: SqlValue[]) => {
  // Not `execute`: the comment makes every statement a new one, and each would stay prepared for ever.
  const [result] = await pool.query<QueryResult>(statement, values);
  return result as Awaited<ReturnType<SiteDatabase['query']>>;
};

/** mysql2 would expand an object or a list to SQL of its own, so only scalars may pass. */
const isSqlValue = (value: unknown): value is SqlValue =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value) || value instanceof Date;

const describe = (error: unknown): { message: string; reached: boolean } => {
  const { code, errno, sqlState, message } = error as {
    code?: string;
    errno?: number;
    sqlState?: string;
    message?: string;
  };
  if (!sqlState) return { message: message || code || String(error), reached: false };
  // Classes 08 and 28 of the SQL standard: no connection, no such login.
  return { message: `ERROR ${errno} (${sqlState}): ${message}`, reached: !/^(08|28)/.test(sqlState) };
};
