/** How long connections live and how many there may be, on every engine that is present. */
import { describe, expect, it } from 'vitest';
import { until } from '../../../until.ts';
import { embedded, installed, startWeb } from './engines.ts';
import { ask, openLine, startApp } from './http.ts';
import { around } from './scene.ts';

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const answers = (text: string) => text.match(/HTTP\/1\.1 \d+ /g)?.length ?? 0;

describe.each([embedded, installed])('connections: $name', engine => {
  describe.skipIf(!engine.present)('to clients', () => {
    it('stay open for keepalive_timeout', async () => {
      await using web = await startWeb(engine, {
        conf: around({
          http: 'keepalive_timeout 1h;',
          server: `location / { return 200 "long\\n"; }
            location /short { keepalive_timeout 200ms 7s; return 200 "short\\n"; }
            location /never { keepalive_timeout 0; return 200 "never\\n"; }`,
        }),
      });
      await using long = await openLine(web.port);
      long.write(get('/'));
      await until(() => long.received().includes('long'));
      await using short = await openLine(web.port);
      short.write(get('/short'));
      await until(() => short.closed());
      expect(short.received()).toMatch(/Connection: keep-alive\r\nKeep-Alive: timeout=7\r\n/);
      await using never = await openLine(web.port);
      never.write(get('/never'));
      await until(() => never.closed());
      expect(never.received()).toMatch(/Connection: close/);
      expect(long.closed()).toBe(false);
      long.write(get('/'));
      await until(() => answers(long.received()) === 2);
    });

    it('are used for keepalive_requests', async () => {
      await using web = await startWeb(engine, {
        conf: around({ http: 'keepalive_requests 3;', server: 'location / { return 200 "x\\n"; }' }),
      });
      await using line = await openLine(web.port);
      for (let i = 1; i <= 3; i++) {
        line.write(get('/'));
        await until(() => answers(line.received()) === i);
      }
      await until(() => line.closed());
      expect(line.received().match(/Connection: [\w-]+/g)).toEqual([
        'Connection: keep-alive',
        'Connection: keep-alive',
        'Connection: close',
      ]);
    });

    it('are too many for worker_connections', async () => {
      await using app = await startApp();
      await using web = await startWeb(engine, {
        app: app.port,
        // One is the socket that listens, and one belongs to nginx's master.
        conf: around({
          events: 'worker_connections 10;',
          server: 'location / { proxy_request_buffering off; proxy_pass http://APP; }',
        }),
      });
      // Uploads that are passed on take two each of the eight that are left.
      const busy = await Promise.all([1, 2, 3, 4].map(() => openLine(web.port)));
      for (const line of busy) line.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\nslow');
      await until(() => app.begun.length === 4);
      await using late = await openLine(web.port);
      late.write(get('/'));
      await until(() => late.closed());
      expect(late.received()).toBe('');
      await until(async () =>
        /\[alert\] \d+#\d+: 10 worker_connections are not enough/.test(await web.log('error')),
      );
      for (const line of busy) line.write('poke');
      for (const line of busy) await until(() => line.received().includes('200 OK'));
      for (const line of busy) await line[Symbol.asyncDispose]();
      await until(async () => (await ask(web.port, '/').catch(() => undefined))?.status === 200);
    });

    it('leave too few to ask the application: 500', async () => {
      const waiting: (() => void)[] = [];
      await using app = await startApp((_, response) => {
        waiting.push(() => response.end('app'));
      });
      await using web = await startWeb(engine, {
        app: app.port,
        conf: around({ events: 'worker_connections 5;', server: 'location / { proxy_pass http://APP; }' }),
      });
      // Of three, a client that waits for the application takes two.
      const first = ask(web.port, '/first');
      await until(() => waiting.length === 1);
      const second = await ask(web.port, '/second');
      expect(second.status).toBe(500);
      await until(async () =>
        /\[alert\] \d+#\d+: \*\d+ 5 worker_connections are not enough while connecting to upstream/.test(
          await web.log('error'),
        ),
      );
      for (const answer of waiting) answer();
      expect((await first).status).toBe(200);
    });

    it('that are idle make room for others', async () => {
      await using web = await startWeb(engine, {
        conf: around({ events: 'worker_connections 5;', server: 'location / { return 200 "x\\n"; }' }),
      });
      const idle = await Promise.all([1, 2, 3].map(() => openLine(web.port)));
      for (const line of idle) {
        line.write(get('/'));
        await until(() => answers(line.received()) === 1);
      }
      expect((await ask(web.port, '/')).status).toBe(200);
      await until(() => idle.some(line => line.closed()));
      for (const line of idle) await line[Symbol.asyncDispose]();
    });

    it('need more than the socket that listens', async () => {
      await expect(startWeb(engine, { conf: around({ events: 'worker_connections 1;' }) })).rejects.toThrow(
        /\[emerg\].*1 worker_connections are not enough for 1 listening sockets/,
      );
    });
  });

  describe.skipIf(!engine.present)('to the application', () => {
    const start = (app: number, upstream: string, version = '1.1') =>
      startWeb(engine, {
        app,
        conf: around({
          http: `upstream app { server APP; ${upstream} }`,
          server: `location / { proxy_http_version ${version}; proxy_set_header Connection ""; proxy_pass http://app; }`,
        }),
      });
    const startCounting = async () => {
      const sockets = new Map<unknown, number>();
      const app = await startApp((request, response) => {
        sockets.set(request.socket, (sockets.get(request.socket) ?? 0) + 1);
        response.end(request.httpVersion);
      });
      return { app, uses: () => [...sockets.values()], sockets };
    };

    it('are asked for in HTTP/1.0, unless proxy_http_version says otherwise', async () => {
      const { app } = await startCounting();
      await using _ = app;
      await using old = await start(app.port, '', '1.0');
      expect((await ask(old.port, '/')).body.toString()).toBe('1.0');
      await using web = await start(app.port, '');
      expect((await ask(web.port, '/')).body.toString()).toBe('1.1');
    });

    it('are used for keepalive_requests', async () => {
      const { app, uses } = await startCounting();
      await using _ = app;
      await using web = await start(app.port, 'keepalive 4; keepalive_requests 3;');
      for (let i = 0; i < 7; i++) expect((await ask(web.port, '/')).status).toBe(200);
      expect(uses()).toEqual([3, 3, 1]);
    });

    it('are closed when they were idle for keepalive_timeout', async () => {
      const { app, sockets } = await startCounting();
      await using _ = app;
      await using web = await start(app.port, 'keepalive 4; keepalive_timeout 100ms;');
      await ask(web.port, '/');
      await until(() => [...sockets.keys()].every(socket => (socket as { destroyed: boolean }).destroyed));
      expect((await ask(web.port, '/')).status).toBe(200);
      expect(sockets.size).toBe(2);
    });

    it('are kept only after an answer that was read to its end, and when both sides agree', async () => {
      const sockets = new Set<unknown>();
      await using app = await startApp((request, response) => {
        sockets.add(request.socket);
        if (request.url === '/close') response.setHeader('Connection', 'close');
        if (request.url === '/chunks') response.write('first ');
        response.end('app');
      });
      await using web = await start(app.port, 'keepalive 4;');
      for (const path of ['/chunks', '/', '/close', '/']) await ask(web.port, path);
      expect(sockets.size).toBe(2);
    });
  });
});
