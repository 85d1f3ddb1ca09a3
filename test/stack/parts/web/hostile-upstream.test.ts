/** What the embedded server has to survive from the application behind it. */
import { createServer, type Server } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { embedded, startWeb, type Web } from './engines.ts';
import { ask } from './http.ts';
import { around } from './scene.ts';

let web: Web;
let app: Server;
/** What the application sends, whatever it is asked, before it closes. */
let says: Buffer[] = [];

beforeAll(async () => {
  app = createServer({ noDelay: true }, socket => {
    socket.on('error', () => {});
    socket.once('data', async () => {
      for (const piece of says) await new Promise<void>(resolve => socket.write(piece, () => resolve()));
      socket.end();
    });
  });
  await new Promise<void>(resolve => app.listen(0, '127.0.0.1', resolve));
  const { port } = app.address() as { port: number };
  web = await startWeb(embedded, {
    app: port,
    conf: around({
      http: 'proxy_cache_path temp/cache keys_zone=pages:1m; upstream kept { server APP; keepalive 4; }',
      server: `location / { proxy_http_version 1.1; proxy_set_header Connection ""; proxy_pass http://kept; }
        location /cached { proxy_cache pages; proxy_cache_valid any 1m; proxy_pass http://kept; }
        location /off { proxy_buffering off; proxy_pass http://kept; }`,
    }),
  });
});
afterAll(async () => {
  await web?.[Symbol.asyncDispose]();
  await new Promise(resolve => app.close(resolve));
});

const alive = async () => {
  says = [Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')];
  expect((await ask(web.port, '/')).body.toString()).toBe('ok');
  expect(web.process.exitCode).toBeNull();
};

it('survives any answer, in any pieces', async () => {
  const line = fc.constantFrom(
    'HTTP/1.1 200 OK',
    'HTTP/1.1 304 Not Modified',
    'HTTP/1.1 100 Continue',
    'HTTP/1.1 101 Switching Protocols',
    'HTTP/1.0 200',
    'HTTP/1.1 999 Odd',
    'HTTP/1.1 000 Zero',
    '',
  );
  const header = fc.oneof(
    fc.constantFrom(
      'Content-Length: 5',
      'Content-Length: 500',
      'Content-Length: 0',
      'Transfer-Encoding: chunked',
      'Connection: keep-alive',
      'Content-Encoding: gzip',
      'Location: http://kept/x',
      'ETag: "a"',
      'Last-Modified: never',
      'Accept-Ranges: bytes',
      'Cache-Control: max-age=60, stale-if-error=5',
      'Vary: Accept',
      'X-Accel-Expires: @',
      'Expires: \x80',
      'Set-Cookie: a\x01b',
    ),
    fc.string({ unit: 'binary-ascii' }),
  );
  const answer = fc
    .tuple(
      line,
      fc.array(header, { maxLength: 5 }),
      fc.constantFrom('', 'hello', '5\r\nhello\r\n0\r\n\r\n', '0\r\n'),
    )
    .map(([first, headers, body]) => [first, ...headers, '', body].join('\r\n'));
  const text = fc.oneof(
    { weight: 4, arbitrary: answer },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  );
  const path = fc.constantFrom('/', '/cached', '/off');
  await fc.assert(
    fc.asyncProperty(text, fc.nat(), path, fc.nat(5), async (said, cut, asked, key) => {
      const bytes = Buffer.from(said, 'latin1');
      const at = cut % (bytes.length + 1);
      says = [bytes.subarray(0, at), bytes.subarray(at)];
      await ask(web.port, `${asked}?${key}`, { headers: { 'Accept-Encoding': 'gzip' } }).catch(() => {});
    }),
    { numRuns: 400 },
  );
  await alive();
});

it('lets no decoded path end its request line', async () => {
  await web.configure(
    around({
      server: 'location / { try_files /none /again?path=$uri; } location /again { proxy_pass http://APP; }',
    })({ port: web.port, app: (app.address() as { port: number }).port, site: web.site, user: '' }),
  );
  let got = '';
  app.prependListener('connection', socket => {
    socket.on('data', chunk => {
      got += chunk;
    });
  });
  await web.reload(async () => {
    says = [Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')];
    await ask(web.port, '/a%0d%0aX-Evil:%20yes%C4%80').catch(() => {});
    return got.includes('/again?path=');
  });
  expect(got).toMatch(/^GET \/again\?path=\/a%0D%0AX-Evil:%20yes%C4%80 HTTP\/1\.0\r\n/m);
  expect(got).not.toMatch(/^X-Evil/im);
});
