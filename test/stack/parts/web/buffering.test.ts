/** Who waits for a slow client: the web server, or the application behind it. On every engine that is present. */
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { until } from '../../../until.ts';
import { embedded, installed, startWeb } from './engines.ts';
import { ask, openLine, startApp } from './http.ts';
import { around } from './scene.ts';

const head = (path: string, length: number, more = '') =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n${more}\r\n`;
const chunkedHead = (path: string) =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n`;

describe.each([embedded, installed])('buffering: $name', engine => {
  describe.skipIf(!engine.present)('of requests', () => {
    const start = (app: number, server: string) => startWeb(engine, { app, conf: around({ server }) });

    it('keeps a slow upload away from the application until it is complete', async () => {
      await using app = await startApp();
      await using web = await start(app.port, 'location / { proxy_pass http://APP; }');
      await using client = await openLine(web.port);
      client.write(`${head('/upload', 8)}slow`);
      // Somebody who comes later is answered meanwhile.
      await ask(web.port, '/quick');
      expect(app.begun.map(({ url }) => url)).toEqual(['/quick']);
      client.write('poke');
      await until(() => client.received().includes('app'));
      expect(app.seen.map(({ url, body }) => [url, body])).toEqual([
        ['/quick', ''],
        ['/upload', 'slowpoke'],
      ]);
    });

    it('passes it on while it arrives when proxy_request_buffering is off', async () => {
      await using app = await startApp();
      await using web = await start(
        app.port,
        'location / { proxy_request_buffering off; proxy_pass http://APP; }',
      );
      await using client = await openLine(web.port);
      client.write(`${head('/upload', 8)}slow`);
      await until(() => app.begun[0]?.bytes === 4);
      expect(app.seen).toEqual([]);
      client.write('poke');
      await until(() => client.received().includes('app'));
      expect(app.seen[0]).toMatchObject({ body: 'slowpoke', headers: { 'content-length': '8' } });
    });

    it('passes chunks on as chunks over HTTP/1.1 only', async () => {
      await using app = await startApp();
      await using web = await start(
        app.port,
        `proxy_request_buffering off;
         location /old { proxy_pass http://APP; }
         location /new { proxy_http_version 1.1; proxy_pass http://APP; }`,
      );
      await using old = await openLine(web.port);
      old.write(`${chunkedHead('/old')}4\r\nslow\r\n`);
      await using client = await openLine(web.port);
      client.write(`${chunkedHead('/new')}4\r\nslow\r\n`);
      await until(() => app.begun.some(({ url, bytes }) => url === '/new' && bytes === 4));
      expect(app.begun.map(({ url }) => url)).toEqual(['/new']);
      for (const line of [old, client]) line.write('4\r\npoke\r\n0\r\n\r\n');
      await until(() => app.seen.length === 2);
      const headersOf = (url: string) => app.seen.find(one => one.url === url)?.headers;
      expect(app.seen.map(({ body }) => body)).toEqual(['slowpoke', 'slowpoke']);
      expect(headersOf('/new')).toMatchObject({ 'transfer-encoding': 'chunked' });
      expect(headersOf('/old')).toMatchObject({ 'content-length': '8' });
      expect(headersOf('/old')).not.toHaveProperty('transfer-encoding');
    });

    it('lets the application go when the client of an unbuffered upload leaves', async () => {
      await using app = await startApp();
      await using web = await start(
        app.port,
        'location / { proxy_request_buffering off; proxy_pass http://APP; }',
      );
      const client = await openLine(web.port);
      client.write(`${head('/upload', 8)}slow`);
      await until(() => app.begun[0]?.bytes === 4);
      await client[Symbol.asyncDispose]();
      await until(() => app.begun[0]?.left === true);
    });

    it('refuses what is too large, announced or not', async () => {
      await using app = await startApp();
      await using web = await start(
        app.port,
        `client_max_body_size 1k;
         location / { proxy_pass http://APP; }
         location /any { client_max_body_size 0; proxy_pass http://APP; }
         location /through { proxy_request_buffering off; proxy_http_version 1.1; proxy_pass http://APP; }`,
      );
      const body = 'x'.repeat(1025);
      const post = (path: string, headers = {}) => ask(web.port, path, { method: 'POST', body, headers });
      const chunked = { 'Transfer-Encoding': 'chunked' };
      expect((await post('/')).status).toBe(413);
      expect((await post('/', chunked)).status).toBe(413);
      expect((await post('/through', chunked)).status).toBe(413);
      expect((await post('/any')).status).toBe(200);
      expect(app.seen.map(({ url }) => url)).toEqual(['/any']);
      await until(async () =>
        /\[error\] .* client intended to send too large body: 1025 bytes, .*"POST \/ HTTP\/1\.1"/.test(
          await web.log('error'),
        ),
      );
      expect(await web.log('error')).toContain('client intended to send too large chunked body');
    });

    it('keeps a long body in a file, only as long as it is needed', async () => {
      const body = Buffer.alloc(3_000_000, 'long ');
      await using app = await startApp((_, response, got) => response.end(String(got === body.toString())));
      await using web = await start(
        app.port,
        `client_max_body_size 0; client_body_buffer_size 8k; location / { proxy_pass http://APP; }`,
      );
      const answer = await ask(web.port, '/', { method: 'POST', body });
      expect(answer.body.toString()).toBe('true');
      expect(app.seen[0]?.headers['content-length']).toBe(String(body.length));
      await until(async () =>
        (await web.log('error')).includes('a client request body is buffered to a temporary file'),
      );
      await until(async () => (await readdir(join(web.dir, 'temp/body'))).length === 0);
    });

    it('tries the next server with the same body, wherever it is kept', async () => {
      await using drops = await startApp(request => request.socket.destroy());
      await using app = await startApp((_, response, got) => response.end(String(got.length)));
      await using web = await startWeb(engine, {
        app: app.port,
        conf: around({
          http: `upstream two { server 127.0.0.1:${drops.port} max_fails=0; server APP backup; }`,
          server: `client_max_body_size 0; client_body_buffer_size 8k; proxy_next_upstream error non_idempotent;
            location / { proxy_pass http://two; }
            location /through { proxy_request_buffering off; proxy_pass http://two; }`,
        }),
      });
      for (const size of [1000, 1_000_000]) {
        const { body } = await ask(web.port, '/', { method: 'POST', body: 'x'.repeat(size) });
        expect(body.toString()).toBe(String(size));
      }
      // What was passed on piece by piece is gone.
      drops.begun.length = 0;
      await using client = await openLine(web.port);
      client.write(`${head('/through', 8)}slow`);
      await until(() => drops.begun[0]?.bytes === 4);
      client.write('poke');
      await until(() => client.received() !== '');
      expect(client.received()).toMatch(/^HTTP\/1\.1 502 /);
    });

    it('closes the connection of a client that stops sending', async () => {
      await using app = await startApp();
      await using web = await start(
        app.port,
        `client_header_timeout 300ms; client_body_timeout 300ms;
         location / { proxy_pass http://APP; }
         location /through { proxy_request_buffering off; proxy_pass http://APP; }`,
      );
      const silent = async (bytes: string) => {
        await using client = await openLine(web.port);
        client.write(bytes);
        await until(() => client.closed());
        return client.received();
      };
      // The documentation of nginx speaks of 408; it is in the log, and nothing is sent.
      expect(await silent(`${head('/body', 8)}slow`)).toBe('');
      expect(await silent('GET /head HTTP/1.1\r\nHost:')).toBe('');
      expect(await silent(`${head('/through', 8)}slow`)).toBe('');
      await until(async () => /"status":"408","request":"POST \/body/.test(await web.log('trace')));
      expect(app.seen).toEqual([]);
      expect((await ask(web.port, '/after')).status).toBe(200);
    });
  });

  describe.skipIf(!engine.present)('of answers', () => {
    // More than the buffers of the kernel hold, and less than either server keeps.
    const large = Buffer.alloc(30_000_000, 'answer ');
    const served = 'location / { proxy_pass http://APP; }';

    /** Sends all of it as fast as it is taken, and tells when the last byte has left. */
    const startLarge = async () => {
      const state = { finished: false };
      const app = await startApp((_, response) => {
        response.on('finish', () => {
          state.finished = true;
        });
        response.end(large);
      });
      return { app, state };
    };

    /** Asks, reads nothing as long as `meanwhile` takes, and then the rest: so many bytes. */
    const readSlowly = async (port: number, meanwhile: () => Promise<void>): Promise<number> => {
      const socket = connect(port, '127.0.0.1');
      socket.pause();
      try {
        socket.write('GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
        await meanwhile();
        let bytes = 0;
        socket.on('data', chunk => {
          bytes += chunk.length;
        });
        socket.resume();
        await new Promise(resolve => socket.on('close', resolve));
        return bytes;
      } finally {
        socket.destroy();
      }
    };

    it('takes all of an answer from the application, however slowly the client reads', async () => {
      const { app, state } = await startLarge();
      await using _ = app;
      await using web = await startWeb(engine, { app: app.port, conf: around({ server: served }) });
      const bytes = await readSlowly(web.port, () => until(() => state.finished));
      expect(bytes).toBeGreaterThan(large.length);
    });

    it('makes the application wait for the client when proxy_buffering is off', async () => {
      const { app, state } = await startLarge();
      await using _ = app;
      await using web = await startWeb(engine, {
        app: app.port,
        conf: around({ server: `proxy_buffering off; ${served} location /quick { return 204; }` }),
      });
      const bytes = await readSlowly(web.port, async () => {
        await until(() => app.seen.length === 1);
        for (let i = 0; i < 20; i++) await ask(web.port, '/quick');
        expect(state.finished).toBe(false);
      });
      expect(bytes).toBeGreaterThan(large.length);
      expect(state.finished).toBe(true);
    });

    it('hands on what is there at once when proxy_buffering is off, or the application says so', async () => {
      await using app = await startApp((request, response) => {
        response.setHeader('X-Accel-Buffering', request.url === '/asks' ? 'no' : 'yes');
        if (request.url === '/plain') response.removeHeader('X-Accel-Buffering');
        response.write('first ');
      });
      await using web = await startWeb(engine, {
        app: app.port,
        conf: around({
          server: `${served}
            location /off { proxy_buffering off; proxy_pass http://APP; }
            location /plain { proxy_buffering off; proxy_pass http://APP; }`,
        }),
      });
      const asking = async (path: string) => {
        const line = await openLine(web.port);
        line.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
        return line;
      };
      await using held = await asking('/held');
      await until(() => app.seen.length === 1);
      for (const path of ['/plain', '/asks']) {
        await using line = await asking(path);
        await until(() => line.received().includes('first '));
      }
      expect(held.received()).not.toContain('first');
    });

    it('answers 502 to a head that is larger than proxy_buffer_size', async () => {
      await using app = await startApp((_, response) =>
        response.setHeader('X-Large', 'x'.repeat(6000)).end('app'),
      );
      await using web = await startWeb(engine, {
        app: app.port,
        conf: around({
          server: `${served} location /more { proxy_buffer_size 16k; proxy_buffers 4 16k; proxy_pass http://APP; }`,
        }),
      });
      expect((await ask(web.port, '/')).status).toBe(502);
      expect((await ask(web.port, '/more')).status).toBe(200);
      await until(async () =>
        (await web.log('error')).includes(
          'upstream sent too big header while reading response header from upstream',
        ),
      );
    });
  });
});
