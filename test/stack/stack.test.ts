import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bringUp } from '../../src/stack/bring-up.ts';
import { type Stack, StackError, type StackEvent } from '../../src/stack/stack.ts';
import { stackCases } from './engine-cases.ts';

describe.each(stackCases)('$name', ({ engine, present }) => {
  describe.skipIf(!present)('a stack', () => {
    let stack: Stack;
    const events: StackEvent[] = [];

    beforeAll(async () => {
      stack = await bringUp({ engine, onEvent: event => events.push(event) });
    });
    afterAll(() => stack?.down());
    beforeEach(() => stack.reset());

    const outcome = async (target: string): Promise<string> => (await stack.request(target)).outcome;

    describe('one server', () => {
      it('serves a page through all four parts and joins their reports', async () => {
        const trace = await stack.request('/guestbook');
        expect(trace.outcome).toBe('200 from app');
        expect(trace.via).toEqual(['dns', 'web', 'app', 'db']);
        expect(trace.requestId).toMatch(/^[0-9a-f]{32}$/);
        const time = (part: string) => trace.hops.find(hop => hop.part === part)?.durationMs ?? Number.NaN;
        expect(time('app')).toBeGreaterThan(time('db'));
        // Nginx's clock has steps of a millisecond.
        expect(time('web')).toBeGreaterThanOrEqual(Math.floor(time('app')) - 1);
      });

      it('serves a file without the application server', async () => {
        const trace = await stack.request('/style.css');
        expect(trace.outcome).toBe('200 from web');
        expect(trace.via).toEqual(['dns', 'web']);
      });

      it('says who failed, for each part that is stopped', async () => {
        await stack.control('stop', 'app');
        expect(await outcome('/guestbook')).toBe('502 from web');
        await stack.control('start', 'app');
        await stack.control('stop', 'db');
        expect(await outcome('/guestbook')).toBe('500 from app');
        await stack.control('start', 'db');
        await stack.control('stop', 'web');
        expect(await outcome('/guestbook')).toBe('refused');
        await stack.control('stop', 'dns');
        stack.forget();
        expect(await outcome('/guestbook')).toBe('dns-unreachable');
      });

      it('times out at a paused part and goes on after it was resumed', async () => {
        await stack.control('pause', 'app');
        expect(await outcome('/guestbook')).toBe('504 from web');
        await stack.control('resume', 'app');
        expect(await outcome('/guestbook')).toBe('200 from app');
        await stack.control('pause', 'db');
        expect(await outcome('/guestbook')).toBe('504 from web');
        await stack.control('resume', 'db');
        expect(await outcome('/guestbook')).toBe('200 from app');
      });

      it('takes down and brings back all parts of a server', async () => {
        await stack.control('kill', 'server-1');
        expect(
          stack
            .status()
            .filter(({ state }) => state === 'running')
            .map(({ part }) => part),
        ).toEqual(['dns']);
        // Killed is not stopped in good order: who looks at the picture shall see the difference.
        expect(stack.status().map(({ state }) => state)).toEqual([
          'running',
          'crashed',
          'crashed',
          'crashed',
        ]);
        await stack.control('start', 'server-1');
        expect(await outcome('/guestbook')).toBe('200 from app');
      });

      it('refuses in a sentence what makes no sense', async () => {
        await expect(stack.control('start', 'web')).rejects.toThrow(/web@server-1 is running/);
        await expect(stack.control('stop', 'mars')).rejects.toThrow(/"mars" is not in this stack/);
        await expect(stack.sql('SELECT * FROM nowhere')).rejects.toThrow(/ERROR 1146 \(42S02\)/);
        const read = stack.sql("SELECT LOAD_FILE('/etc/passwd')");
        // MySQL answers NULL to those who may not.
        if (engine === 'installed') expect((await read).rows).toEqual([[null]]);
        else await expect(read).rejects.toThrow(StackError);
      });

      it('keeps data over a kill of the database', async () => {
        expect((await stack.request('/guestbook', { form: { name: 'Ada', message: 'hello' } })).status).toBe(
          303,
        );
        await stack.control('kill', 'db');
        await stack.control('start', 'db');
        expect((await stack.sql("SELECT message FROM entries WHERE name = 'Ada'")).rows).toEqual([['hello']]);
      });

      it('notices a part that ends by itself', async () => {
        const pid = stack.status().find(({ part }) => part === 'app')?.pid ?? 0;
        const crashed = new Promise<void>(resolve => {
          const unsubscribe = stack.subscribe(event => {
            if (event.type !== 'part' || event.state !== 'crashed') return;
            unsubscribe();
            resolve();
          });
        });
        process.kill(pid, 'SIGKILL');
        await crashed;
        expect(stack.status().find(({ part }) => part === 'app')?.state).toBe('crashed');
      });

      it('tells every change of a part as an event', async () => {
        events.length = 0;
        await stack.control('restart', 'web');
        expect(events.flatMap(event => (event.type === 'part' ? [event.state] : []))).toEqual([
          'stopped',
          'starting',
          'running',
        ]);
      });
    });

    describe('the engines', () => {
      it('are told by the status', () => {
        const told = Object.fromEntries(stack.status().map(part => [part.part, part.engine]));
        expect(told).toEqual({ dns: 'embedded', web: engine, app: 'embedded', db: engine });
        for (const part of stack.status())
          if (part.engine === 'installed')
            expect(part.label).toMatch(/^(Nginx|MariaDB|MySQL) \d+\.\d+\.\d+$/);
      });
    });

    describe('reset', () => {
      it('puts back parts, data, sessions, edited files, caches and logs', async () => {
        const conf = join(stack.runDir, 'server-1/web/conf/nginx.conf');
        const before = readFileSync(conf, 'utf8');
        await stack.request('/guestbook', { form: { name: 'Eve', message: 'was here' } });
        await stack.sql('DROP TABLE entries');
        await stack.control('stop', 'dns');
        await stack.control('pause', 'app');
        writeFileSync(conf, before.replace('try_files', 'return 418; try_files'));
        writeFileSync(join(stack.runDir, 'server-1/site/app.js'), 'throw new Error("edited")');
        writeFileSync(join(stack.runDir, 'server-1/site/extra.js'), '');

        await stack.reset();

        expect(readFileSync(conf, 'utf8')).toBe(before);
        expect(stack.status().every(({ state }) => state === 'running')).toBe(true);
        expect(await stack.logs('web')).toEqual([]);
        const trace = await stack.request('/guestbook');
        expect(trace.outcome).toBe('200 from app');
        expect(trace.via).toContain('dns');
        expect(trace.body).not.toContain('was here');
      });

      it('makes the database again that somebody dropped, and the tables that are locked', async () => {
        await stack.sql('DROP DATABASE foobar').catch(() => {});
        await stack.reset();
        expect((await stack.request('/guestbook')).outcome).toBe('200 from app');
        const { host, port, user, password, database } = stack.mysql;
        const reader = await createConnection({ host, port, user, password, database });
        reader.on('error', () => {});
        try {
          await reader.query('START TRANSACTION');
          await reader.query('SELECT COUNT(*) FROM entries');
          await stack.reset();
          expect((await stack.request('/guestbook')).outcome).toBe('200 from app');
        } finally {
          reader.destroy();
        }
      });

      it('obeys an edited configuration as soon as it was reloaded', async () => {
        const conf = join(stack.runDir, 'server-1/web/conf/nginx.conf');
        const before = readFileSync(conf, 'utf8');
        for (const status of [410, 418, 451]) {
          writeFileSync(conf, before.replace('try_files', `return ${status}; try_files`));
          await stack.control('reload', 'web');
          for (let i = 0; i < 5; i++) expect(await outcome('/style.css')).toBe(`${status} from web`);
        }
      });

      it('does not start a web server with a wrong configuration, and says why in the words of nginx', async () => {
        const conf = join(stack.runDir, 'server-1/web/conf/nginx.conf');
        await stack.control('stop', 'web');
        writeFileSync(conf, readFileSync(conf, 'utf8').replace('gzip on;', 'gizp on;'));
        await expect(stack.control('start', 'web')).rejects.toThrow(
          /nginx: \[emerg\] unknown directive "gizp" in .*nginx\.conf:\d+$/,
        );
        expect(stack.status().find(({ part }) => part === 'web')?.state).toBe('crashed');
      });

      it('leaves running parts alone when nothing was touched', async () => {
        const pids = stack.status().map(({ pid }) => pid);
        await stack.reset();
        expect(stack.status().map(({ pid }) => pid)).toEqual(pids);
      });
    });

    describe('two tutors', () => {
      it('run side by side without meeting', async () => {
        const second = await bringUp({ engine });
        try {
          await second.control('stop', 'app');
          await second.sql('DELETE FROM entries');
          expect((await second.request('/guestbook')).outcome).toBe('502 from web');
          expect(await outcome('/guestbook')).toBe('200 from app');
          expect((await stack.sql('SELECT id FROM entries')).rows.length).toBeGreaterThan(0);
        } finally {
          await second.down();
        }
      });
    });

    describe('a start that fails', () => {
      it('leaves nothing behind when it is cancelled', async () => {
        const cancel = new AbortController();
        const coming = bringUp({ engine, signal: cancel.signal });
        cancel.abort();
        await expect(coming).rejects.toThrow(/cancelled/);
      });
    });
  });
});
