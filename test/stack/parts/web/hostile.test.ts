/** What the embedded server has to survive; nginx is trusted to. */

import { readdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../until.ts';
import { embedded, startWeb, type Web } from './engines.ts';
import { type App, ask, raw, startApp } from './http.ts';

const secret = 'this must never be served';

let web: Web;
let app: App;

beforeAll(async () => {
  app = await startApp((_, response) => response.end('app'));
  web = await startWeb(embedded, {
    app: app.port,
    files: {
      'secret.txt': secret,
      'public/style.css': 'body {}',
      'public/large.bin': Buffer.alloc(5_000_000, 'x'),
    },
    conf: ({ port, app: upstream, site }) => `
      pid logs/nginx.pid; error_log logs/error.log debug; events {}
      http {
        include tutor.conf; log_format a '$request $uri $http_user_agent'; access_log logs/access.log a;
        client_header_timeout 300ms; client_body_timeout 300ms;
        server {
          listen 127.0.0.1:${port};
          root ${site}/public;
          location / { try_files $uri =404; }
          location /any { try_files /$arg_file /$arg_file/ =404; }
          location /header { add_header X-Uri $uri; return 302 $uri; }
          location /app { proxy_pass http://127.0.0.1:${upstream}; proxy_set_header X-Uri $uri; client_max_body_size 0; }
        }
      }`,
  });
});
afterAll(async () => {
  await web?.[Symbol.asyncDispose]();
  await app?.[Symbol.asyncDispose]();
});

const alive = async () => {
  expect(web.process.exitCode).toBeNull();
  expect((await ask(web.port, '/style.css')).body.toString()).toBe('body {}');
};

describe('the embedded web server', () => {
  it('serves no byte outside of its root, whatever is asked', async () => {
    const bits = fc.constantFrom(
      '/',
      '..',
      '.',
      '%2e',
      '%2f',
      '%5c',
      '\\',
      '%00',
      '%252e',
      'secret.txt',
      'public',
      '//',
      ';',
      '?',
      '#',
      'any?file=',
    );
    const path = fc.array(bits, { maxLength: 12 }).map(all => `/${all.join('')}`);
    await fc.assert(
      fc.asyncProperty(path, async asked => {
        const answer = await raw(web.port, `GET ${asked} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
        expect(answer).toMatch(/^HTTP\/1\.1 (200|301|302|400|403|404) /);
        expect(answer).not.toContain(secret);
      }),
      { numRuns: 300 },
    );
    for (const file of ['../secret.txt', 'x/../../secret.txt', '..']) {
      expect((await ask(web.port, `/any?file=${file}`)).status).toBe(404);
    }
    await alive();
  });

  it('survives any bytes', async () => {
    const line = fc.constantFrom(
      'GET / HTTP/1.1',
      'POST /app HTTP/1.1',
      'GET http://[/ HTTP/1.1',
      'HEAD /large.bin HTTP/1.1',
      '\0',
      'PRI * HTTP/2.0',
    );
    const header = fc.oneof(
      fc.constantFrom(
        'Host: a',
        'Content-Length: 5',
        'Transfer-Encoding: chunked',
        'Range: bytes=-',
        'Range: bytes=0-0,',
        'If-Modified-Since: x',
        'Expect: nonsense',
        'Upgrade: websocket',
        'Connection: upgrade',
        'Host: \x80\xff',
        'Accept-Encoding: gzip;q=',
      ),
      fc.string({ unit: 'binary-ascii' }),
    );
    const text = fc
      .tuple(line, fc.array(header), fc.string({ unit: 'binary' }))
      .map(([first, headers, rest]) => [first, ...headers, '', rest].join('\r\n'));
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, fc.string({ unit: 'binary' })), async bytes => {
        const socket = connect(web.port, '127.0.0.1');
        socket.on('error', () => {});
        const closed = new Promise(resolve => socket.on('close', resolve));
        socket.resume().end(Buffer.from(bytes, 'latin1'));
        await closed;
      }),
      { numRuns: 300 },
    );
    await alive();
  });

  it('lets nobody write headers of their own', async () => {
    const answer = await raw(
      web.port,
      'GET /header%0d%0aX-Evil:%20yes HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 302 /);
    expect(answer).not.toMatch(/^X-Evil/im);
    app.seen.length = 0;
    await ask(web.port, '/app%0d%0aX-Evil:%20yes%C4%80');
    expect(app.seen[0]?.headers['x-uri']).toBeDefined();
    expect(app.seen[0]?.headers).not.toHaveProperty('x-evil');
  });

  it('survives clients that leave in the middle of anything', async () => {
    const requests = [
      'GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n',
      'POST /app HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf',
      'GET /app HTTP/1.1\r\nHost: a\r\n\r\n',
      'GET /li',
    ];
    for (const bytes of requests) {
      for (let i = 0; i < 10; i++) {
        const socket = connect(web.port, '127.0.0.1');
        socket.on('error', () => {});
        await new Promise<void>(resolve => socket.on('connect', () => socket.write(bytes, () => resolve())));
        socket.destroy();
      }
    }
    await alive();
  });

  it('waits for slow clients only so long', async () => {
    expect(await raw(web.port, 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow')).toBe('');
    expect(await raw(web.port, 'POST /app HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf')).toBe('');
    await alive();
  });

  it('never mixes a file that is being changed with its old length', async () => {
    const file = join(web.site, 'public/changing.txt');
    await writeFile(file, 'x');
    let stopped = false;
    const writing = (async () => {
      for (let i = 0; !stopped; i++) await writeFile(file, String(i % 10).repeat(1 + (i % 5000)));
    })();
    try {
      for (let i = 0; i < 200; i++) {
        const { status, headers, body } = await ask(web.port, '/changing.txt');
        expect([status, body.length]).toEqual([200, Number(headers['content-length'])]);
      }
    } finally {
      stopped = true;
      await writing;
    }
  });

  it('shows every change at once, even those within one tick of the clock of the file system', async () => {
    const file = join(web.site, 'public/ticking.txt');
    for (let i = 100; i < 500; i++) {
      await writeFile(file, String(i));
      expect((await ask(web.port, '/ticking.txt')).body.toString()).toBe(String(i));
    }
  });

  it('opens nothing that it does not close again', async () => {
    const open = () =>
      readdir(`/proc/${web.process.pid}/fd`).then(
        all => all.length,
        () => 0,
      );
    await alive();
    const before = await open();
    for (let i = 0; i < 50; i++) {
      await ask(web.port, '/large.bin', { method: 'HEAD', headers: { Range: 'bytes=0-5' } });
      await ask(web.port, '/large.bin', { headers: { Range: 'bytes=0-5' } });
      await ask(web.port, '/app');
    }
    await until(async () => (await open()) <= before + 5);
  });
});
