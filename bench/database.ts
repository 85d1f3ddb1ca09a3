/** The embedded database beside MariaDB: prepared point selects over 16 connections of the same client. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type Connection, createConnection } from 'mysql2/promise';
import { embeddedDb } from '../src/stack/parts/db/embedded.ts';
import { installed, median, type Result } from './measure.ts';
import { whileEngineRuns, whileRunning, withPlacement } from './part.ts';

const rounds = 3;
const connections = 16;
const durationMs = 2000;
const name = 'prepared point selects, embedded db / MariaDB';

type Account = { host: string; port: number; user: string; password: string; database: string };

export const benchDatabase = async (): Promise<Result> => {
  const mariadbd = installed('mariadbd');
  const install = installed('mariadb-install-db');
  if (!mariadbd || !install) return { name, skipped: 'MariaDB is not installed' };
  const embedded: number[] = [];
  const real: number[] = [];
  for (let round = 0; round < rounds; round++) {
    embedded.push(
      await withPlacement('db', at =>
        whileEngineRuns(embeddedDb, at, () =>
          selectsPerSecond({ ...at.listen, ...at.accounts.web, database: at.accounts.database }),
        ),
      ),
    );
    real.push(await measureMariaDb(mariadbd, install));
  }
  const [own, theirs] = [median(embedded), median(real)];
  return {
    name,
    ratio: own / theirs,
    bound: { atLeast: 0.7 },
    detail: `${own.toFixed(0)} / ${theirs.toFixed(0)} a second`,
  };
};

const measureMariaDb = (mariadbd: string, install: string): Promise<number> =>
  withPlacement('db', async at => {
    const data = join(at.dir, 'data');
    const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];
    const lean = ['--innodb-log-file-size=4M', `--datadir=${data}`, ...asRoot];
    execFileSync(
      install,
      ['--no-defaults', '--auth-root-authentication-method=normal', '--skip-test-db', ...lean],
      {
        stdio: 'ignore',
      },
    );
    const args = [
      '--no-defaults',
      ...lean,
      `--socket=${join(at.dir, 's')}`,
      `--pid-file=${join(at.dir, 'pid')}`,
      `--port=${at.listen.port}`,
      `--bind-address=${at.listen.host}`,
      '--innodb-buffer-pool-size=16M',
      '--innodb-flush-log-at-trx-commit=2',
      '--skip-name-resolve',
      '--performance-schema=OFF',
      '--skip-grant-tables',
      '--skip-networking=0',
    ];
    return whileRunning(
      { file: mariadbd, args },
      at.dir,
      () => embeddedDb.answers(at, AbortSignal.timeout(1000)),
      async () => {
        const account = { ...at.listen, user: 'root', password: '', database: '' };
        const connection = await createConnection(account);
        await connection.query('CREATE DATABASE foobar');
        await connection.end();
        return selectsPerSecond({ ...account, database: 'foobar' });
      },
    );
  });

const selectsPerSecond = async (account: Account): Promise<number> => {
  const clients = await Promise.all(Array.from({ length: connections }, () => createConnection(account)));
  const [first] = clients as [Connection];
  await first.query('CREATE TABLE bench (id INT PRIMARY KEY, message VARCHAR(100))');
  const rows = Array.from({ length: 1000 }, (_, id) => [id, `message ${id}`]);
  await first.query('INSERT INTO bench VALUES ?', [rows]);
  let done = 0;
  const until = performance.now() + durationMs;
  await Promise.all(
    clients.map(async client => {
      while (performance.now() < until) {
        const [found] = await client.execute('SELECT message FROM bench WHERE id = ?', [done % 1000]);
        if ((found as unknown[]).length !== 1) throw new Error('a row is missing');
        done++;
      }
    }),
  );
  await Promise.all(clients.map(client => client.end()));
  return done / (durationMs / 1000);
};
