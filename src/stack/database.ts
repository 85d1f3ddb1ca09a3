import type { Connection, FieldPacket, QueryResult } from 'mysql2/promise';
import type { Placement } from './parts/part.ts';
import { type SqlResult, StackError } from './stack.ts';

const answerDeadlineMs = 10_000;

/** The tutor's own client of the database; it speaks MySQL's protocol like everybody else. */
export interface Database {
  /** One statement with the rights of the web application. */
  query(statement: string, signal?: AbortSignal): Promise<SqlResult>;
  /** Drops every table and runs the statements of the site's schema again. */
  refill(schema: readonly string[]): Promise<void>;
}

export const createDatabase = (at: Placement): Database => {
  const connect = async (account: { user: string; password: string }): Promise<Connection> => {
    // Loaded when first needed: it is the heaviest module of the stack, and no first frame waits for it.
    const { createConnection } = await import('./mysql.ts');
    return createConnection({
      ...at.listen,
      ...account,
      database: at.accounts.database,
      rowsAsArray: true,
      dateStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
      connectTimeout: answerDeadlineMs,
    });
  };

  const withConnection = async <T>(
    account: { user: string; password: string },
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
    const used = connect(account).then(opened => {
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
    query: (statement, signal) =>
      withConnection(at.accounts.web, signal, async connection => {
        const started = performance.now();
        const [result, fields] = await connection.query(statement);
        return asSqlResult(result, fields, performance.now() - started);
      }),
    refill: schema =>
      withConnection(at.accounts.admin, undefined, async connection => {
        const [tables] = await connection.query('SHOW TABLES');
        await connection.query('SET FOREIGN_KEY_CHECKS = 0');
        for (const [table] of tables as unknown as [string][])
          await connection.query(`DROP TABLE IF EXISTS ${connection.escapeId(table)}`);
        await connection.query('SET FOREIGN_KEY_CHECKS = 1');
        for (const statement of schema) await connection.query(statement);
      }),
  };
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
