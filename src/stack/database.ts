import type { Connection, FieldPacket, QueryResult } from 'mysql2/promise';
import type { Placement } from './parts/part.ts';
import { type SqlResult, StackError } from './stack.ts';

const answerDeadlineMs = 10_000;
/** ER_BAD_DB_ERROR */
const unknownDatabase = 1049;
/** ER_LOCK_WAIT_TIMEOUT */
const lockWaitTimeout = 1205;

/** The tutor's own client of the database; it speaks MySQL's protocol like everybody else. */
export interface Database {
  /** One statement with the rights of the web application. */
  query(statement: string, at: Placement, signal?: AbortSignal): Promise<SqlResult>;
  /** Drops every table and runs the statements of the site's schema again. */
  refill(schema: readonly string[]): Promise<void>;
}

export const createDatabase = (primary: () => Placement): Database => {
  const connect = async (at: Placement, account: Account): Promise<Connection> => {
    // Loaded when first needed: it is the heaviest module of the stack, and no first frame waits for it.
    const { createConnection } = await import('./mysql.ts');
    return createConnection({
      ...at.listen,
      database: at.accounts.database,
      ...account,
      rowsAsArray: true,
      dateStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
      connectTimeout: answerDeadlineMs,
    });
  };

  const withConnection = async <T>(
    at: Placement,
    account: Account,
    signal: AbortSignal | undefined,
    use: (connection: Connection) => Promise<T>,
  ): Promise<T> => {
    let connection: Connection | undefined;
    const deadline = AbortSignal.timeout(answerDeadlineMs);
    const given = signal ? AbortSignal.any([signal, deadline]) : deadline;
    const aborted = new Promise<never>((_, reject) => {
      given.addEventListener('abort', () =>
        reject(
          new StackError(
            signal?.aborted
              ? 'the statement was cancelled'
              : `the database did not answer within ${answerDeadlineMs / 1000} s`,
          ),
        ),
      );
    });
    aborted.catch(() => {});
    const used = connect(at, account).then(opened => {
      connection = opened;
      if (given.aborted) opened.destroy();
      return use(opened);
    });
    used.catch(() => {});
    try {
      return await Promise.race([used, aborted]);
    } catch (error) {
      throw asStackError(error);
    } finally {
      connection?.destroy();
    }
  };

  return {
    query: (statement, at, signal) =>
      withConnection(at, at.accounts.web, signal, async connection => {
        const started = performance.now();
        const [result, fields] = await connection.query(statement);
        return asSqlResult(result, fields, performance.now() - started);
      }),
    refill: async schema => {
      const at = primary();
      const fill = (): Promise<void> =>
        withConnection(at, { ...at.accounts.admin, database: '' }, undefined, async connection => {
          // Not every engine has it: the embedded one gives up by itself.
          await connection.query('SET SESSION lock_wait_timeout = 1').catch(() => {});
          await useDatabase(connection, at.accounts.database);
          const [tables] = await connection.query('SHOW TABLES');
          await connection.query('SET FOREIGN_KEY_CHECKS = 0');
          for (const [table] of tables as unknown as [string][])
            await connection.query(`DROP TABLE IF EXISTS ${connection.escapeId(table)}`);
          await connection.query('SET FOREIGN_KEY_CHECKS = 1');
          for (const statement of schema) await connection.query(statement);
        });
      await fill().catch(async error => {
        if (!(error instanceof StackError) || !error.message.startsWith(`ERROR ${lockWaitTimeout} `))
          throw error;
        // Somebody has left a transaction open, such as a learner in a client of their own.
        await withConnection(at, { ...at.accounts.web, database: '' }, undefined, endOtherSessions);
        await fill();
      });
    },
  };
};

type Account = { user: string; password: string; database?: string };

/** Where the engine lets learners drop the database itself, it is made again. */
const useDatabase = async (connection: Connection, database: string): Promise<void> => {
  const use = `USE ${connection.escapeId(database)}`;
  await connection.query(use).catch(async error => {
    if ((error as { errno?: number }).errno !== unknownDatabase) throw error;
    await connection.query(`CREATE DATABASE ${connection.escapeId(database)}`);
    await connection.query(use);
  });
};

/** Those of the same account: everybody may end their own. */
const endOtherSessions = async (connection: Connection): Promise<void> => {
  const [sessions] = await connection.query('SHOW PROCESSLIST');
  for (const [id] of sessions as unknown as [string | number][])
    if (Number(id) !== connection.threadId) await connection.query(`KILL ${Number(id)}`).catch(() => {});
};

const asSqlResult = (
  result: QueryResult,
  fields: FieldPacket[] | undefined,
  durationMs: number,
): SqlResult => {
  if (!Array.isArray(result)) return { columns: [], rows: [], affected: result.affectedRows, durationMs };
  const rows = (result as unknown[][]).map(row => row.map(asCell));
  return { columns: (fields ?? []).map(({ name }) => name), rows, affected: 0, durationMs };
};

const asCell = (value: unknown): string | number | null => {
  if (value === null || value === undefined) return null;
  return typeof value === 'number'
    ? value
    : Buffer.isBuffer(value)
      ? `0x${value.toString('hex')}`
      : String(value);
};

const asStackError = (error: unknown): StackError => {
  if (error instanceof StackError) return error;
  const { errno, sqlState, message, code } = error as {
    errno?: number;
    sqlState?: string;
    message?: string;
    code?: string;
  };
  if (sqlState) return new StackError(`ERROR ${errno} (${sqlState}): ${message}`);
  if (code === 'ECONNREFUSED')
    return new StackError('the database refused the connection: nothing listens on its port');
  return new StackError(`the database could not be asked: ${message || code || String(error)}`);
};
