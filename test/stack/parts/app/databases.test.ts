/** The application server between a primary and its replica: real databases of every engine that is present. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Connection } from 'mysql2/promise';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { siteFolder } from '../../../../src/stack/entries.ts';
import { replicationOf } from '../../../../src/stack/replication.ts';
import { until } from '../../../until.ts';
import { dbCases } from '../../engine-cases.ts';
import { type Db, placeDb } from '../db/part.ts';
import { type Answer, type AppProcess, startAppProcess } from './app-process.ts';

const value = async (connection: Connection, sql: string): Promise<unknown> =>
  Object.values(((await connection.query(sql))[0] as Record<string, unknown>[])[0] ?? {})[0];
const entries = async (db: Db): Promise<unknown> => value(await db.connect(), 'SELECT COUNT(*) FROM entries');

const run = promisify(execFile);
/** The signal takes effect a moment later. */
const pause = async ({ process: paused }: Db): Promise<void> => {
  paused?.kill('SIGSTOP');
  await until(async () =>
    (await run('ps', ['-o', 'stat=', '-p', String(paused?.pid)])).stdout.startsWith('T'),
  );
};

describe.each(dbCases)('an application with two databases: $name', ({ engine, present }) => {
  describe.skipIf(!present)('primary and replica', () => {
    let primary: Db;
    let replica: Db;
    let app: AppProcess;

    beforeEach(async () => {
      primary = await placeDb(engine, 'db-1');
      replica = await placeDb(engine, 'db-2', primary);
      await primary.start();
      await replica.start();
      app = await startAppProcess(
        {},
        {
          siteDir: siteFolder('v1'),
          databases: [primary.at.listen, replica.at.listen],
          ...primary.at.accounts.web,
          database: 'foobar',
          workers: 8,
          queue: 100,
        },
      );
      expect((await app.ask('/guestbook')).status).toBe(200);
    });

    afterEach(async () => {
      await app?.end();
      await replica?.[Symbol.asyncDispose]();
      await primary?.[Symbol.asyncDispose]();
    });

    const promote = () => replicationOf(replica.at).promote();
    const sign = (message: string): Promise<Answer> =>
      app.ask('/guestbook', { form: { name: 'x', message } });
    /** A page that has to wait. */
    const waiting = async (): Promise<{ page: Promise<Answer> }> => {
      let answered = false;
      const page = app.ask('/guestbook');
      page.then(
        () => {
          answered = true;
        },
        () => {},
      );
      // Pages that need no database are answered meanwhile.
      for (let tries = 0; tries < 3; tries++) expect((await app.ask('/')).status).toBe(200);
      expect(answered).toBe(false);
      return { page };
    };

    it('writes to the primary, wherever it stands in the list', async () => {
      expect((await sign('one')).status).toBe(303);
      await until(async () => (await entries(replica)) === 5);
      await app.configure({ databases: [replica.at.listen, primary.at.listen] });
      app.process.kill('SIGHUP');
      await vi.waitFor(async () => expect(await app.log()).toContain('reloaded'), { timeout: 20_000 });
      expect((await sign('two')).status).toBe(303);
      expect(await entries(primary)).toBe(6);
    });

    // Others may keep this machine so busy that the failover itself takes too long: then another try counts.
    it('a failover after a crash is slow, and no error', { retry: 3 }, async () => {
      await primary.stop('SIGKILL');
      const { page } = await waiting();
      await promote();
      expect((await page).status).toBe(200);
      expect((await sign('after')).status).toBe(303);
      expect(await entries(replica)).toBe(5);
      expect(await app.log()).not.toContain(' 500 ');
    });

    it('a failover while the primary hangs, too', async () => {
      await pause(primary);
      const { page } = await waiting();
      await promote();
      expect((await page).status).toBe(200);
      expect((await sign('after')).status).toBe(303);
      expect(await entries(replica)).toBe(5);
    });

    it('a primary that takes no more writes is left for the one that does', async () => {
      await replicationOf(primary.at).freeze();
      const signing = sign('moved');
      await promote();
      expect((await signing).status).toBe(303);
      expect(await entries(replica)).toBe(5);
      expect(await entries(primary)).toBe(4);
    });

    it('without one that takes writes pages fail after a while, each with the reason', async () => {
      await primary.stop('SIGKILL');
      const started = performance.now();
      const { status, body } = await app.ask('/guestbook');
      expect(performance.now() - started).toBeGreaterThan(1000);
      expect(status).toBe(500);
      expect(body).toContain('The application could not reach the database');
      const [{ host, port }, other] = [primary.at.listen, replica.at.listen];
      expect(await app.log()).toContain(
        `DatabaseError: no database takes writes (${host}:${port}: connect ECONNREFUSED ${host}:${port}; ${other.host}:${other.port}: read-only)`,
      );
      // It comes back by itself.
      await primary.start();
      expect((await app.ask('/guestbook')).status).toBe(200);
    });

    it('a change whose answer got lost is not made a second time', async () => {
      const lock = await primary.connect();
      await lock.query('LOCK TABLES entries WRITE');
      const signing = sign('perhaps');
      const same = await primary.connect();
      await until(async () => {
        const [rows] = await same.query('SHOW FULL PROCESSLIST');
        return (rows as { Info: string }[]).some(({ Info }) =>
          String(Info).startsWith('INSERT INTO entries'),
        );
      });
      await promote();
      await primary.stop('SIGKILL');
      expect((await signing).status).toBe(500);
      expect(await entries(replica)).toBe(4);
      expect((await app.ask('/guestbook')).status).toBe(200);
    });

    it('a wrong password is an error at once, and a right one helps after a reload', async () => {
      await app.configure({ password: 'wrong' });
      app.process.kill('SIGHUP');
      await vi.waitFor(async () => expect(await app.log()).toContain('reloaded'), { timeout: 20_000 });
      expect((await app.ask('/guestbook')).status).toBe(500);
      expect(await app.log()).toMatch(/DatabaseError: ERROR 1045 \(28000\): Access denied for user 'web'@/);
      await app.configure({ password: 'w' });
      app.process.kill('SIGHUP');
      await vi.waitFor(async () => expect((await app.ask('/guestbook')).status).toBe(200), {
        timeout: 20_000,
      });
    });
  });
});
