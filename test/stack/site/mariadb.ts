import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, createConnection } from 'mysql2/promise';
import { vi } from 'vitest';
import { freePorts } from '../../../src/stack/ports.ts';

export const hasMariadb = ['mariadbd', 'mariadb-install-db'].every(
  program => spawnSync(program, ['--version']).status === 0,
);

export const skipped = hasMariadb ? '' : ' (skipped: mariadbd is not installed)';

export interface Mariadb {
  /** The web application's account. */
  account: { host: string; port: number; user: string; password: string; database: string };
  connect(): Promise<Connection>;
  /** Fills an empty database with the given statements. */
  refill(statements: string[]): Promise<void>;
  start(): Promise<void>;
  kill(): Promise<void>;
  /** Ends it and removes its data. */
  end(): Promise<void>;
}

/** A real MariaDB with data of its own, without the privileges of the machine's. */
export const startMariadb = async (): Promise<Mariadb> => {
  const dir = await mkdtemp(join(tmpdir(), 'wst-m-'));
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];
  const common = ['--no-defaults', `--datadir=${dir}/d`, ...asRoot, '--innodb-log-file-size=4M'];
  const installed = spawnSync(
    'mariadb-install-db',
    [...common, '--auth-root-authentication-method=normal', '--skip-test-db'],
    { encoding: 'utf8' },
  );
  if (installed.status !== 0) throw new Error(`mariadb-install-db: ${installed.stdout}${installed.stderr}`);
  const [port = 0] = await freePorts(1);
  const account = { host: '127.0.0.1', port, user: 'web', password: 'let-me-in', database: 'foobar' };
  const admin = (): Promise<Connection> => createConnection({ socketPath: join(dir, 's'), user: 'root' });
  let server: ReturnType<typeof spawn> | undefined;

  const start = async (): Promise<void> => {
    server = spawn('mariadbd', [
      ...common,
      `--socket=${dir}/s`,
      `--pid-file=${dir}/pid`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--innodb-buffer-pool-size=16M',
      '--skip-name-resolve',
      '--performance-schema=OFF',
      `--log-error=${dir}/err.log`,
    ]);
    await vi
      .waitFor(async () => (await admin()).end(), { timeout: 30_000, interval: 20 })
      .catch(async error => {
        throw new Error(await readFile(join(dir, 'err.log'), 'utf8').catch(() => 'no log'), { cause: error });
      });
  };

  const kill = async (): Promise<void> => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await exited;
  };

  const end = async (): Promise<void> => {
    await kill();
    await rm(dir, { recursive: true, force: true });
  };

  try {
    await start();
    const connection = await admin();
    await connection.query(`CREATE DATABASE foobar`);
    await connection.query(`CREATE USER 'web'@'127.0.0.1' IDENTIFIED BY 'let-me-in'`);
    await connection.query(`GRANT ALL ON foobar.* TO 'web'@'127.0.0.1'`);
    await connection.end();
  } catch (error) {
    await end();
    throw error;
  }
  return {
    account,
    connect: () => createConnection({ ...account, dateStrings: true }),
    refill: async statements => {
      const connection = await admin();
      await connection.query('DROP DATABASE foobar');
      await connection.query('CREATE DATABASE foobar');
      await connection.query('USE foobar');
      for (const statement of statements) await connection.query(statement);
      await connection.end();
    },
    start,
    kill,
    end,
  };
};
