import type { Connection, RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase } from '../../../../src/stack/database.ts';
import { siteFolder } from '../../../../src/stack/entries.ts';
import { dbCases } from '../../engine-cases.ts';
import { type AppProcess, startAppProcess } from '../../parts/app/app-process.ts';
import { type Db, placeDb } from '../../parts/db/part.ts';
import { schema } from './site.ts';

describe.each(dbCases)('www.foobar.com on the database: $name', ({ engine, present }) => {
  describe.skipIf(!present)('the site', () => {
    let db: Db;
    const refill = async () => createDatabase(() => db.at).refill(await schema());
    let app: AppProcess;
    let client: Connection;

    beforeAll(async () => {
      db = await placeDb(engine);
      await db.start();
      app = await startAppProcess(
        {},
        {
          siteDir: siteFolder('v1'),
          databases: [db.at.listen],
          ...db.at.accounts.web,
          database: db.at.accounts.database,
          workers: 8,
          queue: 100,
        },
      );
      client = await db.connect();
    });

    afterAll(async () => {
      client?.destroy();
      await app?.end();
      await db?.[Symbol.asyncDispose]();
    });

    beforeEach(async () => {
      await refill();
    });

    const rows = async (sql: string): Promise<Record<string, unknown>[]> =>
      (await client.query<RowDataPacket[]>(sql))[0];

    const signIn = (password = 'open sesame', headers: Record<string, string> = {}) =>
      app.ask('/sign-in', { form: { name: 'demo', password }, headers });

    it('shows the entries of the schema, newest first', async () => {
      const { status, body } = await app.ask('/guestbook');
      expect(status).toBe(200);
      const names = [...body.matchAll(/class="by">(\w+)/g)].map(([, name]) => name);
      expect(names).toEqual(['Grandma', 'demo', 'Jonas', 'Mia']);
      expect(body).toContain('<time>2026-01-09 20:05:00</time>');
    });

    it('can have its schema applied twice', async () => {
      for (const statement of await schema())
        if (statement.startsWith('CREATE')) await client.query(statement);
      expect(await rows('SELECT COUNT(*) AS n FROM entries')).toEqual([{ n: 4 }]);
    });

    it('keeps an entry as it was typed, in every script, and shows it harmless', async () => {
      const message = `Robert'); DROP TABLE entries; -- \\' OR 1=1 # /* */ "x" <script>alert(1)</script> Ünïcödé 日本 🎉`;
      const before = Date.now();
      const { status, headers } = await app.ask('/guestbook', { form: { name: `O'Neil <b>`, message } });
      expect([status, headers.location]).toEqual([303, '/guestbook']);
      const [entry] = await rows('SELECT * FROM entries ORDER BY id DESC LIMIT 1');
      expect(entry).toMatchObject({ id: 5, user_id: null, name: `O'Neil <b>`, message });
      expect(Date.parse(String(entry?.created_at))).toBeGreaterThan(before - 24 * 3600 * 1000);
      const { body } = await app.ask('/guestbook');
      expect(body).toContain('&lt;script&gt;alert(1)&lt;/script&gt; Ünïcödé 日本 🎉');
      expect(body).not.toMatch(/<script|<b>/);
    });

    it('shows twenty entries of many', async () => {
      for (let number = 0; number < 25; number++)
        await client.query('INSERT INTO entries (name, message) VALUES (?, ?)', ['x', `number ${number}`]);
      const { body } = await app.ask('/guestbook');
      expect(body.match(/class="message"/g)).toHaveLength(20);
      expect(body).toContain('number 24<');
      expect(body).not.toContain('number 4<');
    });

    it('signs the demo user in with the password that its page tells, and nobody by injection', async () => {
      expect((await app.ask('/sign-in')).body).toContain(
        '<code>demo</code>, password <code>open sesame</code>',
      );
      expect((await signIn('wrong')).status).toBe(403);
      const injected = { name: `' OR '1'='1`, password: `' OR '1'='1` };
      expect((await app.ask('/sign-in', { form: injected })).status).toBe(403);
      const signedIn = await signIn();
      expect(signedIn.status).toBe(303);
      const [cookie = ''] = signedIn.headers['set-cookie'] ?? [];
      expect(cookie).toMatch(/^session=[\w-]{43}; HttpOnly; SameSite=Lax; Path=\/$/);
      const headers = { Cookie: cookie.split(';', 1)[0] ?? '' };
      const signed = await app.ask('/guestbook', { headers, form: { message: 'It is me' } });
      expect(signed.status).toBe(303);
      expect(await rows('SELECT user_id, name FROM entries WHERE id = 5')).toEqual([
        { user_id: 1, name: 'demo' },
      ]);
      expect((await app.ask('/guestbook', { headers })).body).toContain('demo <span class="member">');
      const foreign = await app.ask('/guestbook', {
        headers: { ...headers, Origin: 'http://evil.example' },
        form: { message: 'spam' },
      });
      expect(foreign.status).toBe(403);
      expect(await rows('SELECT COUNT(*) AS n FROM entries')).toEqual([{ n: 5 }]);
    });

    it('marks every statement with the id of its request, and reports it', async () => {
      const id = 'feedfacefeedfacefeedfacefeedface';
      const listed = await app.ask('/guestbook', { headers: { 'X-Request-ID': id } });
      const { queries, durationMs, file } = (await app.traces()).find(({ request }) => request === id) ?? {};
      expect(file).toBe('pages/guestbook.js');
      expect(queries).toEqual([
        {
          statement: expect.stringMatching(/^SELECT .* LIMIT 20$/),
          durationMs: expect.any(Number),
          rows: 4,
          answered: true,
        },
      ]);
      expect(queries?.[0]?.durationMs).toBeLessThan(durationMs ?? 0);
      expect(listed.headers['server-timing']).toMatch(/db;dur=(?!0\.00)/);
    });

    it('shows whoever looks the statement that waits, with the id', async () => {
      const id = 'feedfacefeedfacefeedfacefeedface';
      const admin = await db.connect();
      const lock = await db.connect();
      await lock.query('LOCK TABLES entries WRITE');
      const waiting = app.ask('/guestbook', { headers: { 'X-Request-ID': id } });
      let seen: unknown[] = [];
      while (seen.length === 0)
        seen = (await admin.query<RowDataPacket[]>('SHOW FULL PROCESSLIST'))[0].filter(
          ({ Info, State }) =>
            String(Info).endsWith(`LIMIT 20 /* request=${id} */`) &&
            State === 'Waiting for table metadata lock',
        );
      await lock.query('UNLOCK TABLES');
      expect((await waiting).status).toBe(200);
      lock.destroy();
      admin.destroy();
    });

    it('tells an error of the database from a database that is not reached, and comes back by itself', async () => {
      const id = 'a0';
      await client.query('RENAME TABLE entries TO elsewhere');
      const refused = await app.ask('/guestbook', { headers: { 'X-Request-ID': id } });
      expect(refused.status).toBe(500);
      expect(refused.body).toContain('The database could not carry out');
      expect(refused.body).not.toContain('entries');
      expect(await app.log()).toContain(
        `request=a0: DatabaseError: ERROR 1146 (42S02): Table 'foobar.entries' doesn't exist`,
      );
      expect((await app.traces()).find(({ request }) => request === id)?.queries[0]).toMatchObject({
        answered: true,
      });
      await client.query('RENAME TABLE elsewhere TO entries');
      expect((await app.ask('/guestbook')).status).toBe(200);

      await db.stop('SIGKILL');
      const lost = await app.ask('/guestbook');
      expect(lost.status).toBe(500);
      expect(lost.body).toContain('The application could not reach the database');
      expect((await app.ask('/')).status).toBe(200);
      await db.start();
      client = await db.connect();
      for (let tries = 0; tries < 10; tries++) expect((await app.ask('/guestbook')).status).toBe(200);
    });

    it('forgets who is signed in when it is reloaded', async () => {
      const [cookie = ''] = (await signIn()).headers['set-cookie'] ?? [];
      const headers = { Cookie: cookie.split(';', 1)[0] ?? '' };
      expect((await app.ask('/', { headers })).body).toContain('Sign out demo');
      app.process.kill('SIGHUP');
      while (!(await app.log()).includes('reloaded, version v1')) await app.ask('/health');
      expect((await app.ask('/', { headers })).body).not.toContain('Sign out demo');
      expect((await app.ask('/guestbook')).status).toBe(200);
    });
  });
});
