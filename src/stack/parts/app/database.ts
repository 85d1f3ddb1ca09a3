import type { AsyncLocalStorage } from 'node:async_hooks';
import { isDeepStrictEqual } from 'node:util';
import { type Access, type Database, openConnections, Unsent } from './connections.ts';
import type { Query, SiteDatabase, SqlValue } from './contract.ts';
import { openPrimary } from './primary.ts';

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

/** The database as the site sees it, and the way to others. */
export interface AppDatabase extends SiteDatabase {
  /** The next statement goes there; those under way are finished where they began. */
  use(access: Access): void;
}

/** Which request a statement belongs to comes from the asynchronous context. */
export const createDatabase = (first: Access, context: AsyncLocalStorage<Asked>): AppDatabase => {
  let access = accessOf(first);
  let database = open(access);
  return {
    use: next => {
      if (isDeepStrictEqual(accessOf(next), access)) return;
      database.retire();
      access = accessOf(next);
      database = open(access);
    },
    query: async (sql, values = []) => {
      for (const value of values)
        if (!isSqlValue(value)) throw new TypeError('a value of a statement is no scalar');
      const asked = context.getStore();
      // The id was checked when the request came in, so nobody can break out of the comment.
      const statement = asked ? `${sql} /* request=${asked.id} */` : sql;
      const query: Query = { statement: sql.trim(), durationMs: 0, rows: 0, answered: true };
      const started = performance.now();
      try {
        const result = await database.run(statement, values);
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

const accessOf = ({ databases, user, password, database, workers }: Access): Access => ({
  databases,
  user,
  password,
  database,
  workers,
});

const open = (access: Access): Database => {
  const [only, ...others] = access.databases;
  return only && others.length === 0 ? openConnections(only, access) : openPrimary(access);
};

/** mysql2 would expand an object or a list to SQL of its own, so only scalars may pass. */
const isSqlValue = (value: unknown): value is SqlValue =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value) || value instanceof Date;

const describe = (error: unknown): { message: string; reached: boolean } => {
  const { code, errno, sqlState, message } = (error instanceof Unsent ? error.cause : error) as {
    code?: string;
    errno?: number;
    sqlState?: string;
    message?: string;
  };
  if (!sqlState) return { message: message || code || String(error), reached: false };
  // Classes 08 and 28 of the SQL standard: no connection, no such login.
  return { message: `ERROR ${errno} (${sqlState}): ${message}`, reached: !/^(08|28)/.test(sqlState) };
};
