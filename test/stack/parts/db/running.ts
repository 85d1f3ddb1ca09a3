import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, type ConnectionOptions, createConnection } from 'mysql2/promise';
import type { AuthPlugin } from '../../../../src/stack/parts/db/auth.ts';
import { initialise } from '../../../../src/stack/parts/db/initialise.ts';
import { listen } from '../../../../src/stack/parts/db/listener.ts';
import { openLogs } from '../../../../src/stack/parts/db/logs.ts';
import { createServer } from '../../../../src/stack/parts/db/server.ts';

export const web = { user: 'web', password: 'web-secret' };
export const admin = { user: 'admin', password: 'admin-secret' };

/** The server inside the test's own process, on a port of the system's choice. */
export const startServer = async (options: { plugin?: AuthPlugin; maxConnections?: number } = {}) => {
  const dir = await mkdtemp(join(tmpdir(), 'db-test-'));
  const file = join(dir, 'data.sqlite');
  const host = '127.0.0.1';
  const accounts = [
    { ...web, admin: false },
    { ...admin, admin: true },
  ];
  const { tables, journal } = await initialise({
    file,
    database: 'foobar',
    host,
    account: accounts[1] as (typeof accounts)[number],
    initFile: undefined,
    log: { file: join(dir, 'binlog'), server: 1 },
  });
  const files = { queries: join(dir, 'queries.log'), trace: join(dir, 'trace.log') };
  const logs = openLogs(files);
  const maxConnections = options.maxConnections ?? 50;
  const server = createServer({
    file,
    database: 'foobar',
    host,
    accounts,
    logs,
    maxConnections,
    tables,
    journal,
  });
  const listening = await listen(server, {
    host,
    port: 0,
    maxConnections,
    plugin: options.plugin ?? 'mysql_native_password',
  });
  const opened: Connection[] = [];
  return {
    dir,
    server,
    port: listening.port,
    trace: async () =>
      (await readFile(files.trace, 'utf8'))
        .split('\n')
        .filter(Boolean)
        .map(line => JSON.parse(line)),
    connect: async (more: ConnectionOptions = {}): Promise<Connection> => {
      const connection = await createConnection({
        host,
        port: listening.port,
        ...web,
        database: 'foobar',
        ...more,
      });
      connection.on('error', () => {});
      opened.push(connection);
      return connection;
    },
    stop: async () => {
      for (const connection of opened) connection.destroy();
      await listening.close();
      logs.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
};

export type TestServer = Awaited<ReturnType<typeof startServer>>;

/** The number and SQLSTATE that a statement fails with, or what it returned instead. */
export const failure = async (connection: Connection, sql: string, params?: unknown[]): Promise<unknown> => {
  try {
    const [result] = params ? await connection.execute(sql, params as never) : await connection.query(sql);
    return result;
  } catch (error) {
    const { errno, sqlState, sqlMessage } = error as { errno: number; sqlState: string; sqlMessage: string };
    return `${errno} (${sqlState}) ${sqlMessage}`;
  }
};

export const rowsOf = async (connection: Connection, sql: string): Promise<unknown[]> => {
  const [rows] = await connection.query(sql);
  return rows as unknown[];
};
