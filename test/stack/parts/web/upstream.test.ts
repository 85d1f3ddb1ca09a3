/** Several servers behind one name, on every engine that is present. */
import { describe, expect, it } from 'vitest';
import { freePorts } from '../../../../src/stack/ports.ts';
import { until } from '../../../until.ts';
import { embedded, installed, type Scene, startWeb } from './engines.ts';
import { ask, startApp } from './http.ts';

const conf =
  (upstream: string, location: string): NonNullable<Scene['conf']> =>
  ({ port, user }) =>
    `
  ${user} pid logs/nginx.pid; error_log logs/error.log; events {}
  http {
    access_log logs/access.log; include tutor.conf;
    upstream app { ${upstream} }
    server { listen 127.0.0.1:${port}; location / { proxy_pass http://app; ${location} } }
  }`;

const server = (port: number, more = '') => `server 127.0.0.1:${port} ${more};`;

describe.each([embedded, installed])('upstream: $name', engine => {
  describe.skipIf(!engine.present)('with several servers', () => {
    const start = (upstream: string, location = '') => startWeb(engine, { conf: conf(upstream, location) });
    const answers = async (port: number, count: number, method = 'GET') => {
      const all: string[] = [];
      for (let i = 0; i < count; i++) {
        const { status, body } = await ask(port, '/', { method });
        all.push(status === 200 ? body.toString() : String(status));
      }
      return all;
    };

    it('takes turns, by weight', async () => {
      await using a = await startApp((_, response) => response.end('a'));
      await using b = await startApp((_, response) => response.end('b'));
      await using web = await start(server(a.port, 'weight=2') + server(b.port));
      // The probe that asked whether it is ready took some turns already.
      const chosen = await answers(web.port, 9);
      expect(chosen.toSorted().join('')).toBe('aaaaaabbb');
    });

    it('goes on when one refuses, and says when none is left', async () => {
      const [dead = 0, gone = 0] = await freePorts(2);
      await using a = await startApp((_, response) => response.end('a'));
      await using web = await start(server(dead) + server(a.port));
      expect(new Set(await answers(web.port, 4))).toEqual(new Set(['a']));
      await using none = await start(server(dead, 'fail_timeout=1h') + server(gone, 'fail_timeout=1h'));
      expect(new Set(await answers(none.port, 2))).toEqual(new Set(['502']));
      await until(async () =>
        (await none.log('error')).includes('no live upstreams while connecting to upstream'),
      );
      expect(await none.log('trace')).toContain('"upstream_addr":"app","upstream_status":"502"');
    });

    it('goes on at the answers that proxy_next_upstream names', async () => {
      await using busy = await startApp((_, response) => response.writeHead(503).end('busy'));
      await using a = await startApp((_, response) => response.end('a'));
      await using web = await start(
        server(busy.port, 'max_fails=0') + server(a.port),
        'proxy_next_upstream error http_503;',
      );
      expect(new Set(await answers(web.port, 4))).toEqual(new Set(['a']));
      await using plain = await start(server(busy.port) + server(a.port));
      expect(new Set(await answers(plain.port, 4))).toEqual(new Set(['a', '503']));
    });

    it('does not send a POST twice', async () => {
      await using drops = await startApp((request, response) =>
        request.method === 'POST' ? request.socket.destroy() : response.end('drops'),
      );
      await using web = await start(server(drops.port, 'max_fails=0') + server(drops.port, 'max_fails=0'));
      drops.seen.length = 0;
      expect(await answers(web.port, 1, 'POST')).toEqual(['502']);
      expect(drops.seen.length).toBe(1);
      await using again = await start(
        server(drops.port, 'max_fails=0') + server(drops.port, 'max_fails=0'),
        'proxy_next_upstream error non_idempotent;',
      );
      drops.seen.length = 0;
      expect(await answers(again.port, 1, 'POST')).toEqual(['502']);
      expect(drops.seen.length).toBe(2);
    });

    it('uses a backup only when the others are gone', async () => {
      const [dead = 0] = await freePorts(1);
      await using a = await startApp((_, response) => response.end('a'));
      await using b = await startApp((_, response) => response.end('b'));
      await using web = await start(server(a.port) + server(b.port, 'backup'));
      expect(new Set(await answers(web.port, 3))).toEqual(new Set(['a']));
      await using saved = await start(server(dead) + server(b.port, 'backup'));
      expect(new Set(await answers(saved.port, 3))).toEqual(new Set(['b']));
    });

    it('opens a connection for every request, unless it may keep some', async () => {
      const sockets = new Set<unknown>();
      await using a = await startApp((request, response) => {
        sockets.add(request.socket);
        response.end('a');
      });
      await using web = await start(server(a.port));
      sockets.clear();
      await answers(web.port, 5);
      expect(sockets.size).toBe(5);
      await using keeping = await start(
        `${server(a.port)} keepalive 4;`,
        'proxy_http_version 1.1; proxy_set_header Connection "";',
      );
      await answers(keeping.port, 1);
      sockets.clear();
      await answers(keeping.port, 5);
      // nginx keeps connections for each of its workers; here it has one.
      expect(sockets.size).toBe(1);
    });

    it('tries again when a kept connection turns out to be closed', async () => {
      const used = new Set<unknown>();
      await using a = await startApp((request, response) => {
        // A second request on a connection finds it closed, as when both sides lose patience at once.
        if (used.has(request.socket)) request.socket.destroy();
        else response.end('a');
        used.add(request.socket);
      });
      await using web = await start(
        `${server(a.port)} keepalive 4;`,
        'proxy_http_version 1.1; proxy_set_header Connection "";',
      );
      expect(new Set(await answers(web.port, 30))).toEqual(new Set(['a']));
    });
  });
});
