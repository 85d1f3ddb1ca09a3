/** How one of several servers is chosen, and given up: the same on every engine that is present. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../../../../src/stack/ports.ts';
import { until } from '../../../until.ts';
import { type Engine, embedded, hasNginx, installed, startWeb } from './engines.ts';
import { ask, startApp } from './http.ts';
import { around } from './scene.ts';

const server = (port: number, more = '') => `server 127.0.0.1:${port} ${more};`;

const start = (engine: Engine, upstream: string, location = '') =>
  startWeb(engine, {
    conf: around({
      http: `upstream app { ${upstream} }`,
      server: `location / { proxy_pass http://app; ${location} }`,
    }),
  });

/** Names of the servers that answered, one request after the other; the status where none did. */
const chosen = async (port: number, paths: readonly string[], method = 'GET'): Promise<string[]> => {
  const all: string[] = [];
  for (const path of paths) {
    const { status, body } = await ask(port, path, { method });
    all.push(status < 300 ? body.toString() : String(status));
  }
  return all;
};
const times = (count: number, path = '/'): string[] => Array<string>(count).fill(path);

/** Servers that say their names. */
let servers: Server[];
let ports: number[];
beforeAll(async () => {
  servers = ['a', 'b', 'c'].map(name => createServer((_, response) => response.end(name)));
  await Promise.all(servers.map(one => new Promise<void>(done => one.listen(0, '127.0.0.1', done))));
  ports = servers.map(one => (one.address() as AddressInfo).port);
});
afterAll(() => {
  for (const one of servers ?? []) {
    one.closeAllConnections();
    one.close();
  }
});
const all = (more: (index: number) => string = () => '') =>
  ports.map((port, index) => server(port, more(index))).join(' ');

describe.skipIf(!hasNginx)(`the embedded server chooses as ${installed.name}`, () => {
  const keys = Array.from({ length: 80 }, (_, i) => `/page?key=${i * 37}`);

  it.each([
    ['hash', 'hash $arg_key;', ''],
    ['hash by weight', 'hash $arg_key;', 'weight'],
    ['hash consistent', 'hash $arg_key consistent;', ''],
    ['hash consistent by weight', 'hash $arg_key consistent;', 'weight'],
    ['ip_hash', 'ip_hash;', 'weight'],
    ['in turn, by weight', '', 'weight'],
  ])('%s', async (_, method, weights) => {
    const upstream = method + all(index => (weights ? `weight=${[3, 1, 2][index]}` : ''));
    await using ours = await start(embedded, upstream);
    await using theirs = await start(installed, upstream);
    const wanted = await chosen(theirs.port, keys);
    expect(await chosen(ours.port, keys)).toEqual(wanted);
    if (method !== 'ip_hash;') expect(new Set(wanted)).toEqual(new Set(['a', 'b', 'c']));
  });

  // Who takes the dead port meanwhile, on a busy machine, changes what both see.
  it('also when some of them fail or are down', { retry: 2 }, async () => {
    const [dead = 0] = await freePorts(1);
    const upstreams = ['hash $arg_key;', 'hash $arg_key consistent;', 'ip_hash;', ''].map(
      method =>
        `${method} ${server(dead, 'fail_timeout=1h weight=2')} ${all(index => (index === 1 ? 'down' : ''))}`,
    );
    for (const upstream of upstreams) {
      await using ours = await start(embedded, upstream);
      await using theirs = await start(installed, upstream);
      expect([upstream, await chosen(ours.port, keys)]).toEqual([upstream, await chosen(theirs.port, keys)]);
    }
  });
});

describe.each([embedded, installed])('choosing a server: $name', engine => {
  describe.skipIf(!engine.present)('among several', () => {
    it('goes in turn without a key to hash', async () => {
      await using web = await start(engine, `hash $arg_key; ${all()}`);
      expect(new Set(await chosen(web.port, times(6)))).toEqual(new Set(['a', 'b', 'c']));
    });

    it('draws at random, and two to take the less busy of', async () => {
      for (const method of ['random;', 'random two;', 'random two least_conn;']) {
        await using web = await start(engine, method + all());
        expect(new Set(await chosen(web.port, times(60)))).toEqual(new Set(['a', 'b', 'c']));
      }
    });

    it('asks the one with the fewest requests under way', async () => {
      const waiting: (() => void)[] = [];
      await using slow = await startApp((_, response) => void waiting.push(() => response.end('slow')));
      await using web = await start(engine, `least_conn; ${server(slow.port)} ${server(ports[0] ?? 0)}`);
      const first = Promise.all([ask(web.port, '/'), ask(web.port, '/')]);
      await until(() => slow.begun.length === 1);
      // In turn, every second one would wait as well.
      expect(await chosen(web.port, times(6))).toEqual(times(6, 'a'));
      expect(slow.begun).toHaveLength(1);
      for (const go of waiting) go();
      expect((await first).map(({ body }) => body.toString()).toSorted()).toEqual(['a', 'slow']);
    });

    it('gives a server no more than max_conns at a time, and says so when none is left', async () => {
      const waiting: (() => void)[] = [];
      await using slow = await startApp((_, response) => void waiting.push(() => response.end('slow')));
      await using web = await start(engine, server(slow.port, 'max_conns=1'));
      const first = ask(web.port, '/');
      await until(() => slow.begun.length === 1);
      expect(await chosen(web.port, times(2))).toEqual(['502', '502']);
      await until(async () =>
        (await web.log('error')).includes('no live upstreams while connecting to upstream'),
      );
      waiting[0]?.();
      expect((await first).body.toString()).toBe('slow');
      const second = ask(web.port, '/');
      await until(() => waiting.length === 2);
      waiting[1]?.();
      expect((await second).body.toString()).toBe('slow');
    });

    it('leaves out who is down, and takes backups in turn', async () => {
      await using web = await start(
        engine,
        server(ports[0] ?? 0, 'down') + all(index => (index > 0 ? 'backup' : 'down')),
      );
      expect(new Set(await chosen(web.port, times(4)))).toEqual(new Set(['b', 'c']));
    });

    it('remembers failures of an upstream wherever it is used', async () => {
      const [dead = 0] = await freePorts(1);
      await using web = await startWeb(engine, {
        conf: around({
          http: `upstream app { ${server(dead, 'fail_timeout=1h')} ${server(ports[0] ?? 0)} }`,
          server: 'location /one { proxy_pass http://app; } location /two { proxy_pass http://app; }',
        }),
      });
      expect(await chosen(web.port, ['/one', '/one', '/two', '/two'])).toEqual(times(4, 'a'));
      const refusals = (await web.log('error')).match(/connect\(\) failed/g);
      expect(refusals).toHaveLength(1);
    });
  });

  describe.skipIf(!engine.present)('giving one up', () => {
    it('says so after as many failures as it may have, and asks it again after its time', async () => {
      const [place = 0] = await freePorts(1);
      await using web = await start(
        engine,
        `${server(place, 'max_fails=2 fail_timeout=1s')} ${server(ports[0] ?? 0)}`,
      );
      expect(await chosen(web.port, times(8))).toEqual(times(8, 'a'));
      const log = await web.log('error');
      expect(log.match(/connect\(\) failed/g)).toHaveLength(2);
      expect(
        log.match(/\[warn\] .* upstream server temporarily disabled while connecting to upstream, client: /g),
      ).toHaveLength(1);
      await using _back = await startApp((__, response) => response.end('back'), place);
      await until(async () => (await chosen(web.port, times(2))).includes('back'));
      expect(new Set(await chosen(web.port, times(4)))).toEqual(new Set(['a', 'back']));
    });

    it('counts an answer only where it goes on to the next, and a 404 never', async () => {
      await using busy = await startApp(({ url }, response) =>
        response.writeHead(url === '/404' ? 404 : 503).end('busy'),
      );
      const upstream = `${server(busy.port, 'fail_timeout=1h')} ${server(ports[0] ?? 0)}`;
      await using web = await start(engine, upstream, 'proxy_next_upstream http_503 http_404;');
      expect(await chosen(web.port, times(6, '/404'))).toEqual(times(6, 'a'));
      expect(busy.seen.length).toBeGreaterThan(2);
      // Not sent twice, so no failure either.
      expect(new Set(await chosen(web.port, times(4), 'POST'))).toEqual(new Set(['a', '503']));
      busy.seen.length = 0;
      expect(await chosen(web.port, times(6))).toEqual(times(6, 'a'));
      expect(busy.seen.length).toBe(1);
      expect(await web.log('error')).toMatch(
        /temporarily disabled while reading response header from upstream/,
      );
    });

    it('passes the answer of the last one on; but one that is left alone has a next, who is resting', async () => {
      await using busy = await startApp((_, response) => response.writeHead(503).end('busy'));
      const upstream = server(busy.port, 'fail_timeout=1h') + server(busy.port, 'fail_timeout=1h');
      await using web = await start(engine, upstream, 'proxy_next_upstream http_503;');
      const first = await ask(web.port, '/');
      expect([first.status, first.body.toString()]).toEqual([503, 'busy']);
      expect(busy.seen).toHaveLength(2);
      expect((await ask(web.port, '/')).status).toBe(502);
      expect(busy.seen).toHaveLength(3);
      await until(async () =>
        (await web.log('trace')).includes(
          `"upstream_addr":"127.0.0.1:${busy.port}, app","upstream_status":"503, 502"`,
        ),
      );
    });
  });

  describe.skipIf(!engine.present)('going on to the next', () => {
    const dropping = () =>
      startApp(request => {
        request.socket.destroy();
      });

    it('does so never with "off", whatever stands beside it', async () => {
      await using drops = await dropping();
      const upstream = `${server(drops.port, 'max_fails=0')} ${server(ports[0] ?? 0)}`;
      await using web = await start(engine, upstream, 'proxy_next_upstream error off;');
      expect(new Set(await chosen(web.port, times(4)))).toEqual(new Set(['a', '502']));
    });

    it('adds up what is said in several lines', async () => {
      await using drops = await dropping();
      const upstream = `${server(drops.port, 'max_fails=0')} ${server(ports[0] ?? 0)}`;
      const said = 'proxy_next_upstream timeout; proxy_next_upstream error;';
      await using web = await start(engine, upstream, said);
      expect(await chosen(web.port, times(4))).toEqual(times(4, 'a'));
    });

    it('tries as often as it may', async () => {
      await using drops = await dropping();
      const upstream = times(3, server(drops.port, 'max_fails=0')).join('') + server(ports[0] ?? 0, 'backup');
      await using web = await start(engine, upstream, 'proxy_next_upstream_tries 2;');
      expect(await chosen(web.port, times(1))).toEqual(['502']);
      expect(drops.seen).toHaveLength(2);
    });

    it('stops when it has taken too long', async () => {
      await using silent = await startApp(() => {});
      const upstream = times(3, server(silent.port, 'max_fails=0')).join('');
      const said = 'proxy_read_timeout 300ms; proxy_next_upstream_timeout 500ms;';
      await using web = await start(engine, upstream, said);
      expect(await chosen(web.port, times(1))).toEqual(['504']);
      expect(silent.seen).toHaveLength(2);
    });

    it('repeats a POST that nobody has received', async () => {
      const [dead = 0] = await freePorts(1);
      await using web = await start(engine, `${server(dead, 'max_fails=0')} ${server(ports[0] ?? 0)}`);
      expect(await chosen(web.port, times(4), 'POST')).toEqual(times(4, 'a'));
    });
  });
});
