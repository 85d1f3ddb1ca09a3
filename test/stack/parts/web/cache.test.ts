/** proxy_cache, on every engine that is present. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { webEvidence } from '../../../../src/stack/parts/web/evidence.ts';
import { webAnswers } from '../../../../src/stack/parts/web/ready.ts';
import { freePorts } from '../../../../src/stack/ports.ts';
import { until } from '../../../until.ts';
import { embedded, installed, startWeb, type Web } from './engines.ts';
import { type App, type Ask, ask, openLine, startApp } from './http.ts';
import { around } from './scene.ts';

/** A point of time that is over: what is kept until then is expired at once. */
const over = { 'X-Accel-Expires': '@1' };

/** An application that counts its answers, and says what it is told to. */
interface Counting extends App {
  says: { status: number; headers: Record<string, string | string[]>; body: string | undefined };
  /** Answers that are held back. */
  held: (() => void)[];
  hold: boolean;
}

const startCounting = async (headers: Record<string, string | string[]> = {}): Promise<Counting> => {
  const more = {
    says: { status: 200, headers, body: undefined as string | undefined },
    held: [] as (() => void)[],
    hold: false,
  };
  let count = 0;
  const app = await startApp((_, response) => {
    const { status, headers, body } = more.says;
    const answer = () => response.writeHead(status, headers).end(body ?? `answer ${++count}`);
    if (more.hold) more.held.push(answer);
    else answer();
  });
  return Object.assign(more, app);
};

/** Answers that are whole; what is still being written has another name. */
const files = async (dir: string): Promise<string[]> =>
  (await readdir(dir, { recursive: true, withFileTypes: true }))
    .filter(entry => entry.isFile() && /^[\da-f]{32}$/.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name));

describe.each([embedded, installed])('proxy_cache: $name', engine => {
  const start = (app: number, cache = '', path = 'levels=1:2 keys_zone=pages:1m') =>
    startWeb(engine, {
      app,
      conf: around({
        http: `proxy_cache_path temp/cache ${path}; add_header X-Cache $upstream_cache_status always;`,
        server: `location / { proxy_cache pages; ${cache} proxy_pass http://APP; }`,
      }),
    });
  const get = async (web: Web, path = '/', options: Ask = {}) => {
    const { status, headers, body } = await ask(web.port, path, options);
    return { status, headers, cache: headers['x-cache'], body: body.toString() };
  };
  const said = async (web: Web, path = '/', options: Ask = {}) => {
    const { cache, status, body } = await get(web, path, options);
    return `${cache} ${status} ${body}`;
  };
  const minute = 'proxy_cache_valid 200 1m;';

  describe.skipIf(!engine.present)('of answers', () => {
    it('answers a second time without the application, and can prove it', async () => {
      await using app = await startCounting();
      await using web = await start(app.port, minute);
      expect(await said(web)).toBe('MISS 200 answer 1');
      expect(await said(web)).toBe('HIT 200 answer 1');
      expect(app.seen).toHaveLength(1);
      await until(async () => /"upstream_addr":"","upstream_status":"",.*"HIT"/.test(await web.log('trace')));
      const line = (await web.log('trace')).split('\n').find(one => one.includes('"HIT"')) ?? '{}';
      const hop = await webEvidence(web.at).find(JSON.parse(line).request_id);
      expect(hop).toMatchObject({ cache: 'HIT', upstream: [] });
      expect(hop).not.toHaveProperty('file');
    });

    it('lays the answers out in folders, with their keys, and who removes them has purged the cache', async () => {
      await using app = await startCounting();
      await using web = await start(app.port, `proxy_cache_key "key of $uri"; ${minute}`);
      await get(web, '/page');
      const [file = '', ...others] = await files(join(web.dir, 'temp/cache'));
      expect(others).toEqual([]);
      expect(file).toMatch(/temp\/cache\/(\w)\/(\w\w)\/\w{29}\2\1$/);
      expect(await readFile(file, 'latin1')).toMatch(/\nKEY: key of \/page\n[\s\S]*answer 1$/);
      await rm(file);
      expect(await said(web, '/page')).toBe('MISS 200 answer 2');
      expect(await said(web, '/page')).toBe('HIT 200 answer 2');
    });

    const day = (year: number) => `Sat, 01 Jan ${year} 00:00:00 GMT`;
    it.each([
      [{}, 'MISS'],
      [{ 'Cache-Control': 'max-age=60' }, 'HIT'],
      [{ 'Cache-Control': 'public, s-maxage=60, max-age=0' }, 'HIT'],
      [{ 'Cache-Control': 'max-age=0' }, 'MISS'],
      [{ 'Cache-Control': 'no-cache' }, 'MISS'],
      [{ 'Cache-Control': 'max-age=60, private' }, 'MISS'],
      [{ 'Cache-Control': 'no-store' }, 'MISS'],
      [{ Expires: day(2050) }, 'HIT'],
      [{ Expires: day(2000) }, 'MISS'],
      [{ Expires: 'never' }, 'MISS'],
      [{ 'Cache-Control': 'max-age=60', Expires: day(2000) }, 'HIT'],
      [{ 'X-Accel-Expires': '60', 'Cache-Control': 'no-cache' }, 'HIT'],
      [{ 'X-Accel-Expires': '0' }, 'MISS'],
      [{ 'X-Accel-Expires': '@4000000000' }, 'HIT'],
      [{ 'Cache-Control': 'max-age=60', 'Set-Cookie': 'a=b' }, 'MISS'],
      [{ 'Cache-Control': 'max-age=60', Vary: '*' }, 'MISS'],
    ])('obeys what the application says: %j', async (headers, expected) => {
      await using app = await startCounting(headers);
      await using web = await start(app.port);
      expect((await get(web)).cache).toBe('MISS');
      const second = await get(web);
      expect(second.cache).toBe(expected);
      expect(second.headers).not.toHaveProperty('x-accel-expires');
    });

    it('ignores what it is told to ignore', async () => {
      await using app = await startCounting({ 'Cache-Control': 'no-store', 'Set-Cookie': 'a=b', Vary: '*' });
      await using web = await start(
        app.port,
        `${minute} proxy_ignore_headers Cache-Control Set-Cookie Vary;`,
      );
      await get(web);
      expect(await get(web)).toMatchObject({ cache: 'HIT', headers: { 'set-cookie': ['a=b'] } });
    });

    it('keeps by status as long as proxy_cache_valid says', async () => {
      await using app = await startCounting();
      await using web = await start(
        app.port,
        'proxy_cache_valid 1m; proxy_cache_valid 404 410 1m; proxy_cache_valid 403 0;',
      );
      const second = async (status: number) => {
        app.says.status = status;
        await get(web, `/${status}`);
        return (await get(web, `/${status}`)).cache;
      };
      const kept: [number, string][] = [];
      for (const status of [200, 301, 302, 404, 410, 403, 500, 201])
        kept.push([status, String(await second(status))]);
      expect(kept).toEqual(
        [200, 301, 302, 404, 410]
          .map(status => [status, 'HIT'])
          .concat([403, 500, 201].map(s => [s, 'MISS'])),
      );
      await using any = await start(app.port, 'proxy_cache_valid 404 1m; proxy_cache_valid any 1m;');
      app.says.status = 500;
      await get(any);
      expect((await get(any)).cache).toBe('HIT');
    });

    it('knows answers by their key', async () => {
      await using app = await startCounting();
      await using web = await start(app.port, minute);
      await get(web, '/a?b=1');
      expect(await said(web, '/a?b=2')).toBe('MISS 200 answer 2');
      expect(await said(web, '/a?b=1')).toBe('HIT 200 answer 1');
      await using own = await start(app.port, `${minute} proxy_cache_key $uri$cookie_user;`);
      await get(own, '/a?b=1');
      expect((await get(own, '/a?b=2')).cache).toBe('HIT');
      expect((await get(own, '/a', { headers: { Cookie: 'user=me' } })).cache).toBe('MISS');
    });

    it('keeps GET and HEAD alike, and other methods when it is told to', async () => {
      await using app = await startCounting();
      await using web = await start(app.port, minute);
      const head = await get(web, '/', { method: 'HEAD' });
      expect([head.cache, head.body, app.seen[0]?.method]).toEqual(['MISS', '', 'GET']);
      expect(await said(web)).toBe('HIT 200 answer 1');
      expect((await get(web, '/', { method: 'HEAD' })).cache).toBe('HIT');
      const post = await get(web, '/', { method: 'POST' });
      expect([post.cache, post.body]).toEqual([undefined, 'answer 2']);
      await using posts = await start(app.port, `${minute} proxy_cache_methods POST;`);
      await get(posts, '/', { method: 'POST', body: 'a' });
      expect((await get(posts, '/', { method: 'POST', body: 'a' })).cache).toBe('HIT');
    });

    it('asks the application past the cache, or keeps nothing, on a condition', async () => {
      await using app = await startCounting();
      await using web = await start(
        app.port,
        `${minute} proxy_cache_key $uri; proxy_cache_bypass $arg_fresh; proxy_no_cache $arg_secret $arg_private;`,
      );
      expect(await said(web, '/?secret=1')).toBe('MISS 200 answer 1');
      expect(await said(web, '/?private=0')).toBe('MISS 200 answer 2');
      expect(await said(web, '/')).toBe('HIT 200 answer 2');
      expect(await said(web, '/?fresh=1')).toBe('BYPASS 200 answer 3');
      expect(await said(web, '/')).toBe('HIT 200 answer 3');
      expect(await said(web, '/?fresh=1&private=1')).toBe('BYPASS 200 answer 4');
      expect(await said(web, '/?fresh=0')).toBe('HIT 200 answer 3');
    });

    it('keeps only what was asked for often enough', async () => {
      await using app = await startCounting();
      await using web = await start(app.port, `${minute} proxy_cache_min_uses 3;`);
      const caches: unknown[] = [];
      for (let i = 0; i < 5; i++) caches.push((await get(web)).cache);
      expect(caches).toEqual(['MISS', 'MISS', 'MISS', 'HIT', 'HIT']);
    });

    it('keeps one answer for each of the headers that make a difference', async () => {
      await using app = await startCounting({ Vary: 'Accept-Language, X-Kind' });
      await using web = await start(app.port, minute);
      const language = (name: string) => said(web, '/', { headers: { 'Accept-Language': name } });
      expect(await language('de')).toBe('MISS 200 answer 1');
      expect(await language('fr')).toBe('MISS 200 answer 2');
      expect(await language('de')).toBe('HIT 200 answer 1');
      expect(await language('fr')).toBe('HIT 200 answer 2');
    });

    it('answers with a copy of the client, and with parts, by what it keeps', async () => {
      const modified = 'Sat, 01 Jan 2000 00:00:00 GMT';
      await using app = await startCounting({
        ETag: '"tag"',
        'Last-Modified': modified,
        'Accept-Ranges': 'bytes',
        'Content-Length': '8',
      });
      await using web = await start(app.port, minute);
      await get(web, '/', { headers: { 'If-None-Match': '"tag"', Range: 'bytes=0-1' } });
      // The application was asked for all of it.
      expect(app.seen[0]?.headers).not.toHaveProperty('if-none-match');
      expect(app.seen[0]?.headers).not.toHaveProperty('range');
      const copy = (headers: Record<string, string>) => get(web, '/', { headers });
      expect(await copy({ 'If-None-Match': '"tag"' })).toMatchObject({ status: 304, cache: 'HIT', body: '' });
      expect((await copy({ 'If-Modified-Since': modified })).status).toBe(304);
      expect(await copy({ 'If-None-Match': '"other"' })).toMatchObject({ status: 200, body: 'answer 1' });
      expect(await copy({ Range: 'bytes=0-2' })).toMatchObject({ status: 206, body: 'ans' });
      expect((await copy({})).headers).toMatchObject({ etag: '"tag"', 'last-modified': modified });
    });
  });

  describe.skipIf(!engine.present)('of what is expired', () => {
    const stale = (cases: string) => `proxy_cache_use_stale ${cases};`;

    it('fetches it anew', async () => {
      await using app = await startCounting(over);
      await using web = await start(app.port);
      expect(await said(web)).toBe('MISS 200 answer 1');
      expect(await said(web)).toBe('EXPIRED 200 answer 2');
      app.says.headers = { 'Cache-Control': 'max-age=60' };
      expect(await said(web)).toBe('EXPIRED 200 answer 3');
      expect(await said(web)).toBe('HIT 200 answer 3');
    });

    it('lives as many seconds as it is told', async () => {
      await using app = await startCounting({ 'Cache-Control': 'max-age=1' });
      await using web = await start(app.port);
      await get(web);
      await until(async () => (await get(web)).cache === 'EXPIRED');
    });

    it('serves it once more when the application is gone or fails, in the cases that are named', async () => {
      await using web = await (async () => {
        await using app = await startCounting(over);
        const started = await start(app.port, stale('error http_503'));
        await get(started);
        app.says.status = 503;
        expect(await said(started)).toBe('STALE 200 answer 1');
        Object.assign(app.says, { status: 500, headers: {} });
        expect(await said(started)).toBe('EXPIRED 500 answer 3');
        return started;
      })();
      expect(await said(web)).toBe('STALE 200 answer 1');
      await until(async () =>
        /"upstream_status":"502","upstream_cache_status":"STALE"/.test(await web.log('trace')),
      );
      await using app = await startCounting(over);
      await using strict = await start(app.port);
      await get(strict);
      await app[Symbol.asyncDispose]();
      expect((await get(strict)).status).toBe(502);
    });

    it('serves it once more when the application is too slow', async () => {
      await using app = await startCounting(over);
      await using web = await start(app.port, `${stale('timeout')} proxy_read_timeout 200ms;`);
      await get(web);
      app.hold = true;
      expect(await said(web)).toBe('STALE 200 answer 1');
    });

    it('serves it once more when the application itself says so', async () => {
      const justNow = () => `@${Math.floor(Date.now() / 1000) - 2}`;
      await using app = await startCounting({
        'Cache-Control': 'stale-if-error=3600',
        'X-Accel-Expires': justNow(),
      });
      await using web = await start(app.port);
      await get(web);
      await app[Symbol.asyncDispose]();
      expect((await get(web)).cache).toBe('STALE');
    });

    it('serves it to others while one fetches it anew', async () => {
      await using app = await startCounting(over);
      await using web = await start(app.port, stale('updating'));
      await get(web);
      app.hold = true;
      const fetching = said(web);
      await until(() => app.held.length === 1);
      expect(await said(web)).toBe('UPDATING 200 answer 1');
      for (const answer of app.held.splice(0)) answer();
      expect(await fetching).toBe('EXPIRED 200 answer 2');
    });

    it('serves it to everybody, and fetches it anew behind their backs', async () => {
      await using app = await startCounting(over);
      await using web = await start(app.port, `${stale('updating')} proxy_cache_background_update on;`);
      await get(web);
      app.hold = true;
      app.says.headers = { 'Cache-Control': 'max-age=60' };
      expect(await said(web)).toBe('STALE 200 answer 1');
      await until(() => app.held.length === 1);
      expect(await said(web)).toBe('UPDATING 200 answer 1');
      app.hold = false;
      for (const answer of app.held.splice(0)) answer();
      await until(async () => (await said(web)) === 'HIT 200 answer 2');
      expect(app.seen).toHaveLength(2);
    });

    it('asks whether it has changed', async () => {
      await using app = await startCounting({
        ...over,
        ETag: '"tag"',
        'Last-Modified': 'Sat, 01 Jan 2000 00:00:00 GMT',
      });
      await using web = await start(app.port, 'proxy_cache_revalidate on;');
      await get(web);
      Object.assign(app.says, { status: 304, body: '', headers: { 'Cache-Control': 'max-age=60' } });
      expect(await said(web)).toBe('REVALIDATED 200 answer 1');
      expect(app.seen[1]?.headers).toMatchObject({
        'if-none-match': '"tag"',
        'if-modified-since': 'Sat, 01 Jan 2000 00:00:00 GMT',
      });
      expect(await said(web)).toBe('HIT 200 answer 1');
    });
  });

  describe.skipIf(!engine.present)('under load', () => {
    const together = async (web: Web, app: Counting, expected: number) => {
      app.hold = true;
      const all = [1, 2, 3, 4].map(() => said(web, '/together'));
      await until(() => app.held.length === expected);
      app.hold = false;
      for (const answer of app.held.splice(0)) answer();
      return (await Promise.all(all)).toSorted();
    };

    it('lets everybody through, unless proxy_cache_lock lets only one', async () => {
      await using app = await startCounting();
      await using web = await start(app.port, minute);
      expect((await together(web, app, 4)).every(answer => answer.startsWith('MISS'))).toBe(true);
      await using locked = await start(
        app.port,
        `${minute} proxy_cache_lock on; proxy_cache_lock_timeout 1h; proxy_cache_lock_age 1h;`,
      );
      app.seen.length = 0;
      expect(await together(locked, app, 1)).toEqual([
        ...Array(3).fill('HIT 200 answer 5'),
        'MISS 200 answer 5',
      ]);
      expect(app.seen).toHaveLength(1);
    });

    it('lets those through who have waited too long', async () => {
      await using app = await startCounting();
      await using web = await start(
        app.port,
        `${minute} proxy_cache_lock on; proxy_cache_lock_timeout 200ms; proxy_cache_lock_age 1h;`,
      );
      expect((await together(web, app, 4)).every(answer => answer.startsWith('MISS'))).toBe(true);
    });

    it('keeps large answers whole, also when the client leaves', async () => {
      const body = 'large '.repeat(1_000_000);
      await using app = await startCounting();
      app.says.body = body;
      await using web = await start(app.port, minute);
      for (const cache of ['MISS', 'HIT']) {
        const answer = await get(web, '/large');
        expect([answer.cache, answer.body === body]).toEqual([cache, true]);
      }
      let goOn = () => {};
      await using slow = await startApp((_, response) => {
        response.write(body);
        goOn = () => response.end('and the rest');
      });
      await using patient = await start(slow.port, minute);
      const line = await openLine(patient.port);
      line.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      await until(() => line.received() !== '');
      await line[Symbol.asyncDispose]();
      goOn();
      await until(async () => (await files(join(patient.dir, 'temp/cache'))).length === 1);
      const left = await get(patient);
      expect([left.cache, left.body === `${body}and the rest`]).toEqual(['HIT', true]);
    });

    it('does not keep what breaks off', async () => {
      await using app = await startApp((_, response) => {
        response.writeHead(200, { 'Content-Length': 100_000 });
        response.write('x'.repeat(50_000), () => response.destroy());
      });
      await using web = await start(app.port, minute);
      for (let i = 0; i < 2; i++) await expect(ask(web.port, '/')).rejects.toThrow();
      expect(app.seen).toHaveLength(2);
      expect(await files(join(web.dir, 'temp/cache'))).toEqual([]);
    });

    it('remembers a failure when proxy_cache_valid says so', async () => {
      const [dead = 0] = await freePorts(1);
      await using web = await start(dead, 'proxy_cache_valid any 1m;');
      expect(await get(web)).toMatchObject({ status: 502, cache: 'MISS' });
      expect(await get(web)).toMatchObject({ status: 502, cache: 'HIT' });
    });

    it('packs what it keeps for those who want it packed', async () => {
      await using app = await startCounting({ 'Content-Type': 'text/html' });
      await using web = await start(app.port, `${minute} gzip on; gzip_min_length 1;`);
      await get(web);
      const packed = await get(web, '/', { headers: { 'Accept-Encoding': 'gzip' } });
      expect([packed.cache, packed.headers['content-encoding']]).toEqual(['HIT', 'gzip']);
    });

    it('holds no more than max_size, the oldest go first', async () => {
      await using app = await startCounting();
      app.says.body = 'x'.repeat(20_000);
      await using web = await start(app.port, minute, 'keys_zone=pages:1m max_size=100k');
      for (let i = 0; i < 20; i++) await get(web, `/${i}`);
      const folder = join(web.dir, 'temp/cache');
      const size = async () => {
        const sizes = (await files(folder)).map(file =>
          stat(file).then(
            found => found.size,
            () => 0,
          ),
        );
        return (await Promise.all(sizes)).reduce((sum, one) => sum + one, 0);
      };
      await until(async () => (await size()) <= 110_000);
      expect((await get(web, '/19')).cache).toBe('HIT');
      expect((await get(web, '/0')).cache).toBe('MISS');
    });

    it('is there again after a restart', async () => {
      await using app = await startCounting();
      await using web = await start(app.port, minute);
      await get(web);
      web.process.kill('SIGTERM');
      await until(() => web.process.exitCode !== null || web.process.signalCode !== null);
      const { file, args } = engine.part.launch(web.at);
      const again: ChildProcess = spawn(file, args, { stdio: ['pipe', 'ignore', 'inherit'] });
      try {
        await until(() => webAnswers(web.at, AbortSignal.timeout(5000)));
        expect(await said(web)).toBe('HIT 200 answer 1');
      } finally {
        again.kill('SIGTERM');
        await until(() => again.exitCode !== null || again.signalCode !== null);
      }
    });
  });
});
