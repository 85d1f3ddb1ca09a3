/** The generated configurations together, on every engine that is present. */
import { execFileSync } from 'node:child_process';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { until } from '../../../until.ts';
import { type Chain, startChain } from './chain.ts';
import { embedded, installed, type Web } from './engines.ts';
import { type App, startApp } from './http.ts';

/** An application that signs its answers, as the real one; `/public` may be kept for a second. */
const startSite = (name: string): Promise<App> => {
  let count = 0;
  return startApp((request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://app');
    response.setHeader('X-Served-By', `app@${name}`);
    if (url.pathname === '/busy') response.statusCode = 503;
    if (url.pathname === '/drop') return void request.socket.destroy();
    if (url.pathname === '/cookie') response.setHeader('Set-Cookie', 'a=b');
    response.setHeader('Vary', 'Cookie');
    response.setHeader(
      'Cache-Control',
      request.headers.cookie || url.pathname === '/private'
        ? 'private, no-cache'
        : `s-maxage=${url.searchParams.get('age') ?? 60}`,
    );
    response.end(`${name} ${++count}`);
  });
};

const everybody = ['server-1', 'server-2', 'cache-1', 'balancer-1', 'cdn-1'];

describe.each([embedded, installed])('proxies behind each other: $name', engine => {
  describe.skipIf(!engine.present)('with the configurations that are generated for them', () => {
    const cacheOf = async (chain: Chain, path: string, cookie?: string) =>
      (await chain.get(path, cookie ? { headers: { Cookie: cookie } } : {})).headers['x-cache'];

    it('know a request by the same number, and can tell its way', async () => {
      await using one = await startSite('server-1');
      await using two = await startSite('server-2');
      await using chain = await startChain(engine, everybody, [one, two]);
      const answer = await chain.get('/private');
      const id = String(answer.headers['x-request-id']);
      expect(id).toMatch(/^[0-9a-f]{32}$/);
      const [server] = answer.body.toString().split(' ');
      const { hops, tries, maker } = await chain.evidence(answer);
      expect(hops).toEqual(['cdn@cdn-1', 'balancer@balancer-1', 'cache@cache-1', `web@${server}`]);
      expect(tries).toEqual([['balancer-1 200'], ['cache-1 200'], [`${server} 200`], ['- 200']]);
      expect(maker).toBe('app');
      const [seen] = (server === 'server-1' ? one : two).seen;
      expect(seen?.headers).toMatchObject({
        host: 'www.foobar.com',
        'x-request-id': id,
        'x-real-ip': '127.0.0.1',
        'x-forwarded-proto': 'http',
        'x-forwarded-for': '127.0.0.1, 127.0.0.1, 127.0.0.1, 127.0.0.1',
      });
      for (const name of ['cdn-1', 'balancer-1', 'cache-1', server as string])
        expect(await chain.parts[name]?.log('access')).toContain(id);
    });

    it('take no number from a visitor that is none', async () => {
      await using app = await startSite('server-1');
      await using chain = await startChain(engine, ['server-1'], [app]);
      for (const odd of ['1', 'f'.repeat(31), `${'f'.repeat(32)}"`]) {
        const { headers } = await chain.get('/', { headers: { 'X-Request-ID': odd } });
        expect(headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
        expect(headers['x-request-id']).not.toBe(odd);
      }
    });

    it('say which of them has made an error', async () => {
      await using busy = await startSite('server-1');
      await using chain = await startChain(engine, ['server-1', 'balancer-1'], [busy]);
      // The application's own.
      expect((await chain.evidence(await chain.get('/busy'))).maker).toBe('app');
      const refused = await chain.get('/drop');
      expect(refused.status).toBe(502);
      expect(await chain.evidence(refused)).toMatchObject({
        maker: 'web',
        tries: [['server-1 502'], ['- silent']],
      });
      await chain.parts['server-1']?.[Symbol.asyncDispose]();
      const gone = await chain.get('/');
      expect(gone.status).toBe(502);
      expect(await chain.evidence(gone)).toMatchObject({ maker: 'balancer', hops: ['balancer@balancer-1'] });
    });

    describe('a balancer', () => {
      it('loses no visitor when a server or its application is gone, and none when that comes back', async () => {
        await using two = await startSite('server-2');
        const one = await startSite('server-1');
        await using chain = await startChain(engine, ['server-1', 'server-2', 'balancer-1'], [one, two]);
        const servers = async (count: number) => {
          const all = new Set<string>();
          for (let i = 0; i < count; i++) {
            const { status, body } = await chain.get('/');
            expect(status).toBe(200);
            all.add(body.toString().replace(/ .*/, ''));
          }
          return [...all].toSorted();
        };
        expect(await servers(4)).toEqual(['server-1', 'server-2']);
        await one[Symbol.asyncDispose]();
        expect(await servers(12)).toEqual(['server-2']);
        await using _back = await startApp((__, response) => response.end('server-1 '), one.port);
        await until(async () => (await servers(4)).includes('server-1'));
        await chain.parts['server-1']?.[Symbol.asyncDispose]();
        expect(await servers(12)).toEqual(['server-2']);
      });

      it('gives up a server that says nothing, before visitors do', async () => {
        await using one = await startSite('server-1');
        await using two = await startSite('server-2');
        await using chain = await startChain(engine, ['server-1', 'server-2', 'balancer-1'], [one, two]);
        // nginx's master says nothing itself: its workers do.
        await using paused = pause(chain.parts['server-1'] as Web);
        const begun = performance.now();
        const answers = await Promise.all([chain.get('/'), chain.get('/')]);
        expect(answers.map(({ status }) => status)).toEqual([200, 200]);
        expect(performance.now() - begun).toBeGreaterThan(2500);
        expect(paused.pids.length).toBeGreaterThan(0);
      });

      it('asks nobody else when one is busy, or has been sent a POST', async () => {
        await using one = await startSite('server-1');
        await using two = await startSite('server-2');
        await using chain = await startChain(engine, ['server-1', 'server-2', 'balancer-1'], [one, two]);
        expect((await chain.get('/busy')).status).toBe(503);
        expect(one.seen.length + two.seen.length).toBe(1);
        expect((await chain.get('/drop', { method: 'POST', body: 'a=b' })).status).toBe(502);
        expect(one.seen.length + two.seen.length).toBe(2);
      });

      it('does without its cache when that is gone', async () => {
        await using app = await startSite('server-1');
        await using chain = await startChain(engine, ['server-1', 'cache-1', 'balancer-1'], [app]);
        expect(await cacheOf(chain, '/')).toBe('MISS');
        expect(await cacheOf(chain, '/')).toBe('HIT');
        await chain.parts['cache-1']?.[Symbol.asyncDispose]();
        const answer = await chain.get('/');
        expect([answer.status, answer.headers['x-cache']]).toEqual([200, undefined]);
        expect((await chain.evidence(answer)).hops).toEqual(['balancer@balancer-1', 'web@server-1']);
      });
    });

    describe('a cache', () => {
      it('keeps what everybody may see, and nothing else', async () => {
        await using app = await startSite('server-1');
        await using chain = await startChain(engine, ['server-1', 'cache-1', 'balancer-1'], [app]);
        expect([await cacheOf(chain, '/'), await cacheOf(chain, '/')]).toEqual(['MISS', 'HIT']);
        const kept = await chain.get('/');
        expect(kept.body.toString()).toBe('server-1 1');
        expect((await chain.evidence(kept)).maker).toBe('cache');
        // A number of its own, once.
        expect(kept.headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
        for (const path of ['/private', '/cookie'])
          expect([await cacheOf(chain, path), await cacheOf(chain, path)]).toEqual(['MISS', 'MISS']);
        expect([await cacheOf(chain, '/', 'session=1'), await cacheOf(chain, '/', 'session=1')]).toEqual([
          'MISS',
          'MISS',
        ]);
        expect(await cacheOf(chain, '/')).toBe('HIT');
        const posted = await chain.get('/', { method: 'POST', body: 'a=b' });
        expect(posted.headers['x-cache']).toBeUndefined();
        expect([await cacheOf(chain, '/style.css'), await cacheOf(chain, '/style.css')]).toEqual([
          'MISS',
          'HIT',
        ]);
      });

      it('fetches anew what has expired, and serves it once more when nobody is left', async () => {
        const app = await startSite('server-1');
        await using chain = await startChain(engine, ['server-1', 'cache-1', 'balancer-1'], [app]);
        expect(await cacheOf(chain, '/?age=1')).toBe('MISS');
        await until(async () => (await cacheOf(chain, '/?age=1')) === 'EXPIRED');
        await app[Symbol.asyncDispose]();
        await until(async () => (await cacheOf(chain, '/?age=1')) === 'STALE');
        const stale = await chain.get('/?age=1');
        expect(stale.status).toBe(200);
        expect(await chain.evidence(stale)).toMatchObject({ maker: 'cache' });
        expect((await chain.get('/other')).status).toBe(502);
      });

      it('forgets all of it when it is purged, and keeps again', async () => {
        await using app = await startSite('server-1');
        await using chain = await startChain(engine, ['server-1', 'cache-1', 'balancer-1'], [app]);
        const cache = chain.parts['cache-1'] as Web;
        const paths = ['/', '/a', '/style.css'];
        for (const path of paths)
          expect([await cacheOf(chain, path), await cacheOf(chain, path)]).toEqual(['MISS', 'HIT']);
        for (let round = 0; round < 3; round++) {
          await engine.part.purge?.(cache.at);
          for (const path of paths)
            expect([await cacheOf(chain, path), await cacheOf(chain, path)]).toEqual(['MISS', 'HIT']);
        }
        expect(await cache.log('error')).not.toMatch(/\[(crit|alert|emerg)\]/);
      });
    });

    describe('a CDN', () => {
      it('keeps pages as long as the site says, and styles longer', async () => {
        await using app = await startSite('server-1');
        await using chain = await startChain(engine, ['server-1', 'cdn-1'], [app]);
        const first = await chain.get('/style.css');
        expect([first.headers['x-cache'], first.headers['cache-control']]).toEqual(['MISS', 'max-age=60']);
        expect(first.headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
        const again = await chain.get('/style.css');
        expect([again.headers['x-cache'], (await chain.evidence(again)).maker]).toEqual(['HIT', 'cdn']);
        const validOf = async () => {
          const { readdir, readFile } = await import('node:fs/promises');
          const folder = `${chain.parts['cdn-1']?.dir}/cache`;
          return Promise.all((await readdir(folder)).map(name => readFile(`${folder}/${name}`, 'latin1')));
        };
        expect((await validOf()).join()).toContain('style.css');
        expect([await cacheOf(chain, '/private'), await cacheOf(chain, '/private')]).toEqual([
          'MISS',
          'MISS',
        ]);
      });

      it('has its own answer beside that of a cache behind it', async () => {
        await using app = await startSite('server-1');
        await using chain = await startChain(engine, ['server-1', 'cache-1', 'balancer-1', 'cdn-1'], [app]);
        expect(await cacheOf(chain, '/')).toBe('MISS');
        expect(await cacheOf(chain, '/')).toBe('HIT');
        const kept = await chain.get('/');
        expect(await chain.evidence(kept)).toMatchObject({ hops: ['cdn@cdn-1'], maker: 'cdn' });
        const packed = await chain.get('/', { headers: { 'Accept-Encoding': 'gzip' } });
        expect(packed.headers['x-cache']).toBe('HIT');
      });
    });
  });
});

const childrenOf = (parent: number): number[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(line => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid = 0, ppid]) => (ppid === parent ? [pid] : []));

/** Stops all processes of a part, until it is disposed of. */
const pause = (web: Web): AsyncDisposable & { pids: number[] } => {
  const pids = [web.process.pid ?? 0, ...childrenOf(web.process.pid ?? 0)];
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  return {
    pids,
    async [Symbol.asyncDispose]() {
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    },
  };
};
