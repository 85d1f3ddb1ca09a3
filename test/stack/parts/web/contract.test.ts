/** The same requests with the same nginx.conf against every engine that is present. */
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { webEvidence } from '../../../../src/stack/parts/web/evidence.ts';
import { freePorts } from '../../../../src/stack/ports.ts';
import { until } from '../../../until.ts';
import { embedded, installed, startWeb, type Web } from './engines.ts';
import { type Answer, type App, type Ask, ask, raw, startApp } from './http.ts';

const css = 'body { color: black }\n'.repeat(60);

/** Much of nginx.conf in one file. */
const everything =
  (dead: number) =>
  ({ port, app, site, user }: { port: number; app: number; site: string; user: string }) =>
    `
${user}
pid logs/nginx.pid;
error_log logs/error.log info;
events { worker_connections 200; }
http {
    include mime.types;
    default_type application/octet-stream;
    log_format visits '$request_id $status $body_bytes_sent "$request" [$http_user_agent] $host $arg_a $http_none';
    log_format odd escape=json '{"agent":"$http_user_agent","none":"$http_none","type":"$sent_http_content_type"}';
    access_log logs/access.log visits;
    access_log logs/odd.log odd;
    include tutor.conf;
    gzip on;
    gzip_types text/css;
    gzip_min_length 100;
    gzip_vary on;
    upstream app { server 127.0.0.1:${app}; }
    upstream dead { server 127.0.0.1:${dead}; }
    upstream two { server 127.0.0.1:${dead} max_fails=0; server 127.0.0.1:${app}; }
    server {
        listen 127.0.0.1:${port};
        server_name first.test;
        return 200 "first";
    }
    server {
        listen 127.0.0.1:${port} default_server;
        server_name www.foobar.com;
        root ${site}/public;
        add_header X-Always $request_method always;
        add_header X-Good $uri;
        client_max_body_size 1k;

        location / { try_files $uri $uri/ @app; }
        location @app {
            proxy_pass http://app;
            proxy_set_header Host $host;
            proxy_set_header X-Request-ID $request_id;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header Cookie "";
            proxy_read_timeout 300ms;
            proxy_connect_timeout 1s;
        }
        location /files/ { index none.html index.html; }
        location /only/ { try_files $uri =404; }
        location /fall/ { try_files $uri /files/index.html; }
        location /dead/ { proxy_pass http://dead; }
        location /two/ { proxy_pass http://two; }
        location /api/ { proxy_pass http://app/v1/; }
        location /same/ { proxy_pass http://app; }
        location /pages/ {
            error_page 404 /files/sorry.html;
            error_page 403 =200 /files/sorry.html;
            try_files $uri =404;
        }
        location = /pages/forbidden { error_page 403 =200 /files/sorry.html; return 403; }
        location = /pages/elsewhere { error_page 404 http://example.com/lost; return 404; }
        location = /intercept { proxy_intercept_errors on; error_page 503 =503 /files/sorry.html; proxy_pass http://app/busy; }
        location = /busy { proxy_pass http://app; }
        location = /text { default_type text/plain; return 200 "hello $arg_name\\n"; }
        location = /teapot { return 418 "short and stout"; }
        location = /gone { return 410; }
        location = /none { return 204; }
        location = /moved { return 301 /text?from=moved; }
        location = /away { return https://example.com/; }
        location = /relative { absolute_redirect off; return 302 /text; }
        location = /hang { return 444; }
        location = /inside { internal; return 200 "inside"; }

        location = /order { return 200 exact; }
        location /order { return 200 prefix; }
        location /order/long { return 200 long; }
        location ^~ /order/final { return 200 final; }
        location ~ /ORDER/ { return 200 never; }
        location ~* /order/.*\\.PNG$ { return 200 "pattern"; }
        location ~ ^/order/(\\d+)/(.*)$ { return 200 "$1 and $2"; }
        location ~ /order/\\d+ { return 200 later; }
    }
    server {
        listen 127.0.0.1:${port};
        server_name *.wild.test;
        return 200 "leading";
    }
    server {
        listen 127.0.0.1:${port};
        server_name www.wild.test www.wild.*;
        return 200 "exact or trailing";
    }
    server {
        listen 127.0.0.1:${port};
        server_name ~^\\d+\\.test$ .dot.test;
        return 200 "pattern or dot";
    }
}
`;

const engines = [embedded, installed];

describe.each(engines)('web contract: $name', engine => {
  describe.skipIf(!engine.present)('with its own configuration', () => {
    let web: Web;
    let app: App;
    const get = (path: string, options?: Ask): Promise<Answer> => ask(web.port, path, options);
    const text = async (path: string, options?: Ask): Promise<string> =>
      (await get(path, options)).body.toString();

    beforeAll(async () => {
      app = await startApp((incoming, response) => {
        const url = new URL(incoming.url ?? '/', 'http://app');
        if (url.pathname === '/busy')
          response.writeHead(503, 'Too Busy', { 'X-Powered-By': 'app' }).end('app is busy');
        else if (url.pathname === '/never') return;
        else if (url.pathname === '/redirect')
          response.writeHead(302, { Location: `http://app/there` }).end();
        else if (url.pathname === '/half') {
          response.writeHead(200, { 'Content-Length': 1000 });
          response.write('half', () => response.destroy());
        } else if (url.pathname === '/drop') incoming.socket.destroy();
        else
          response
            .writeHead(200, { 'Content-Type': 'text/html', Server: 'app', 'X-From': 'app' })
            .end(`app ${incoming.url}`);
      });
      const [dead = 0] = await freePorts(1);
      web = await startWeb(engine, {
        app: app.port,
        conf: everything(dead),
        files: {
          'public/style.css': css,
          'public/large.bin': Buffer.alloc(600_000, 'x'),
          'public/files/index.html': 'index of files',
          'public/files/sorry.html': 'sorry',
          'public/empty/nothing.txt': '',
          'public/strange name ü.txt': 'strange',
          'secret.txt': 'secret',
        },
      });
      await symlink(join(web.site, 'secret.txt'), join(web.site, 'public/link.txt'));
    });
    afterAll(async () => {
      await web?.[Symbol.asyncDispose]();
      await app?.[Symbol.asyncDispose]();
    });

    describe('files', () => {
      it('serves a file with type, length and validators', async () => {
        const { status, reason, headers, body } = await get('/style.css');
        expect([status, reason, body.toString()]).toEqual([200, 'OK', css]);
        expect(headers).toMatchObject({
          'content-type': 'text/css',
          'content-length': String(css.length),
          'accept-ranges': 'bytes',
          'x-always': 'GET',
          'x-good': '/style.css',
        });
        const seconds = Math.floor(Date.parse(String(headers['last-modified'])) / 1000);
        expect(headers.etag).toBe(`"${seconds.toString(16)}-${css.length.toString(16)}"`);
        expect(headers.server).toMatch(engine === embedded ? /^web-stack-tutor/ : /^nginx/);
      });

      it('serves a large file, and shows an edited one at once', async () => {
        expect((await get('/large.bin')).body.length).toBe(600_000);
        for (const content of ['one', 'two', 'three']) {
          await writeFile(join(web.site, 'public/edited.txt'), content);
          expect(await text('/edited.txt')).toBe(content);
        }
      });

      it('decodes names, follows links, and finds types by ending', async () => {
        expect(await text('/strange%20name%20%C3%BC.txt')).toBe('strange');
        expect(await text('/link.txt')).toBe('secret');
        expect((await get('/large.bin')).headers['content-type']).toBe('application/octet-stream');
      });

      it('answers HEAD without a body', async () => {
        const { status, headers, body } = await get('/style.css', { method: 'HEAD' });
        expect([status, headers['content-length'], body.length]).toEqual([200, String(css.length), 0]);
      });

      it('answers 304 when the copy is still good', async () => {
        const { headers } = await get('/style.css');
        const validators = [
          { 'If-None-Match': String(headers.etag) },
          { 'If-None-Match': `"other", W/${headers.etag}` },
          { 'If-Modified-Since': String(headers['last-modified']) },
        ];
        for (const validator of validators) {
          const again = await get('/style.css', { headers: validator });
          expect([again.status, again.body.length, again.headers.etag]).toEqual([304, 0, headers.etag]);
          expect(again.headers['content-length']).toBeUndefined();
        }
        const stale = [
          { 'If-None-Match': '"other"' },
          { 'If-Modified-Since': 'Sat, 01 Jan 2000 00:00:00 GMT' },
        ];
        for (const validator of stale)
          expect((await get('/style.css', { headers: validator })).status).toBe(200);
        const failed = await get('/style.css', { headers: { 'If-Match': '"other"' } });
        expect(failed.status).toBe(412);
      });

      it.each([
        ['bytes=0-9', 206, 'bytes 0-9/600000', 10],
        ['bytes=599990-', 206, 'bytes 599990-599999/600000', 10],
        ['bytes=-5', 206, 'bytes 599995-599999/600000', 5],
        ['bytes=10-999999999', 206, 'bytes 10-599999/600000', 599_990],
        ['bytes=-999999999', 206, 'bytes 0-599999/600000', 600_000],
        ['bytes=600000-', 416, 'bytes */600000', undefined],
        ['bytes=nonsense', undefined, undefined, undefined],
        ['lines=1-2', 200, undefined, 600_000],
      ])('answers Range: %s', async (range, status, contentRange, length) => {
        const answer = await get('/large.bin', { headers: { Range: range } });
        // nginx calls a range that it cannot read unsatisfiable, RFC 9110 says to ignore it.
        if (status === undefined) expect([200, 416]).toContain(answer.status);
        else expect([answer.status, answer.headers['content-range']]).toEqual([status, contentRange]);
        if (length !== undefined) expect(answer.body.length).toBe(length);
      });

      it('finds the index, adds a missing slash, and forbids a listing', async () => {
        expect(await text('/files/')).toBe('index of files');
        const slash = await get('/files?a=1');
        expect([slash.status, slash.headers.location]).toEqual([
          301,
          `http://127.0.0.1:${web.port}/files/?a=1`,
        ]);
        const forbidden = await get('/empty/');
        expect([forbidden.status, forbidden.body.toString()]).toEqual([
          403,
          expect.stringContaining('<h1>403 Forbidden</h1>'),
        ]);
        await until(async () =>
          (await web.log('error')).includes(`directory index of "${web.site}/public/empty/" is forbidden`),
        );
      });

      it('answers 404 with its own page, and says why in the error log', async () => {
        const { status, headers, body } = await get('/only/nothing');
        expect([status, headers['content-type'], headers['x-always'], headers['x-good']]).toEqual([
          404,
          'text/html',
          'GET',
          undefined,
        ]);
        expect(body.toString()).toContain(
          '<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>',
        );
        await get('/files/nothing');
        await until(async () =>
          (await web.log('error')).includes(
            `open() "${web.site}/public/files/nothing" failed (2: No such file or directory), client: 127.0.0.1, server: www.foobar.com, request: "GET /files/nothing HTTP/1.1", host: "127.0.0.1:${web.port}"`,
          ),
        );
      });

      it('answers 405 to what cannot be done with a file', async () => {
        for (const method of ['POST', 'PUT', 'DELETE']) {
          const { status, reason } = await get('/files/index.html', { method });
          expect([method, status, reason]).toEqual([method, 405, 'Not Allowed']);
        }
      });

      it('serves no byte outside of its root', async () => {
        const ways = [
          '/../secret.txt',
          '/%2e%2e/secret.txt',
          '/..%2fsecret.txt',
          '/files/../../secret.txt',
          '/%252e%252e/secret.txt',
          '/..\\secret.txt',
          '/..%5csecret.txt',
          '/files/%00/../../secret.txt',
          '/secret.txt%00.css',
          '//../secret.txt',
          '/.%2e/secret.txt',
        ];
        for (const way of ways) {
          const { body } = await get(way);
          expect([way, body.toString().includes('secret') && !body.toString().startsWith('app ')]).toEqual([
            way,
            false,
          ]);
        }
        expect((await get('/../secret.txt')).status).toBe(400);
        expect((await get('/a%00b')).status).toBe(400);
        expect((await get('/a%zz')).status).toBe(400);
      });
    });

    describe('gzip', () => {
      const gzip = { headers: { 'Accept-Encoding': 'br, gzip;q=0.5' } };

      it('packs what is listed, long enough and asked for', async () => {
        const { headers, body } = await get('/style.css', gzip);
        expect(headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
        expect(headers['content-length']).toBeUndefined();
        expect(headers.etag).toMatch(/^W\//);
        expect(gunzipSync(body).toString()).toBe(css);
      });

      it('leaves the rest alone', async () => {
        expect((await get('/large.bin', gzip)).headers['content-encoding']).toBeUndefined();
        expect((await get('/files/sorry.html', gzip)).headers['content-encoding']).toBeUndefined();
        const refused = await get('/style.css', { headers: { 'Accept-Encoding': 'gzip;q=0' } });
        expect([refused.headers['content-encoding'], refused.headers.vary]).toEqual([
          undefined,
          'Accept-Encoding',
        ]);
      });
    });

    describe('passing on', () => {
      it('sends the request to the application and its answer back', async () => {
        app.seen.length = 0;
        const answer = await get('/page?a=1%20b&c', {
          headers: {
            'X-Own': 'yes',
            Cookie: 'a=b',
            'X-Forwarded-For': '10.9.8.7',
            Host: 'www.foobar.com',
            X_under: 'score',
          },
        });
        expect([answer.status, answer.body.toString()]).toEqual([200, 'app /page?a=1%20b&c']);
        expect(answer.headers).toMatchObject({
          'x-from': 'app',
          'content-type': 'text/html',
          'x-good': '/page',
        });
        expect(answer.headers.server).not.toBe('app');
        const [seen] = app.seen;
        expect(seen).toMatchObject({
          method: 'GET',
          url: '/page?a=1%20b&c',
          headers: {
            host: 'www.foobar.com',
            'x-own': 'yes',
            connection: 'close',
            'x-forwarded-for': '10.9.8.7, 127.0.0.1',
          },
        });
        expect(seen?.headers).not.toHaveProperty('cookie');
        expect(seen?.headers).not.toHaveProperty('x_under');
        expect(seen?.headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
      });

      it('passes a body on when it has all of it', async () => {
        app.seen.length = 0;
        await get('/post', {
          method: 'POST',
          body: 'a=1&b=2',
          headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        });
        await get('/post', { method: 'POST', body: 'chunks', headers: { 'Transfer-Encoding': 'chunked' } });
        await get('/post', { method: 'POST' });
        expect(
          app.seen.map(({ method, body, headers }) => [method, body, headers['content-length']]),
        ).toEqual([
          ['POST', 'a=1&b=2', '7'],
          ['POST', 'chunks', '6'],
          ['POST', '', expect.stringMatching(/^0?$/)],
        ]);
      });

      it('answers Expect: 100-continue and refuses what is too large', async () => {
        const small = await raw(
          web.port,
          'POST /post HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi',
        );
        expect(small).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
        const large = await get('/post', { method: 'POST', body: 'x'.repeat(2000) });
        expect([large.status, large.reason]).toEqual([413, 'Request Entity Too Large']);
        const chunked = await get('/post', {
          method: 'POST',
          body: 'x'.repeat(2000),
          headers: { 'Transfer-Encoding': 'chunked' },
        });
        expect(chunked.status).toBe(413);
      });

      it('replaces the prefix of the location when proxy_pass has a URI', async () => {
        expect(await text('/api/users/1?x=2')).toBe('app /v1/users/1?x=2');
        expect(await text('/api/a%20b')).toBe('app /v1/a%20b');
        expect(await text('/same/a%2fb/../c')).toBe('app /same/a%2fb/../c');
        const slash = await get('/api');
        expect([slash.status, slash.headers.location]).toEqual([301, `http://127.0.0.1:${web.port}/api/`]);
      });

      it('makes a Location that names the upstream its own', async () => {
        const { status, headers } = await get('/redirect');
        expect([status, headers.location]).toEqual([302, `http://127.0.0.1:${web.port}/there`]);
      });

      it('keeps the status, reason and headers of an error of the application', async () => {
        const busy = await get('/busy');
        expect([busy.status, busy.reason, busy.body.toString(), busy.headers['x-powered-by']]).toEqual([
          503,
          'Too Busy',
          'app is busy',
          'app',
        ]);
        const intercepted = await get('/intercept');
        expect([intercepted.status, intercepted.body.toString()]).toEqual([503, 'sorry']);
      });

      it('answers 502 when nobody listens', async () => {
        const { status, reason } = await get('/dead/x');
        expect([status, reason]).toEqual([502, 'Bad Gateway']);
        await until(async () =>
          /\[error\] \d+#\d+: \*\d+ connect\(\) failed \(\d+: Connection refused\) while connecting to upstream, client: 127\.0\.0\.1, server: www\.foobar\.com, request: "GET \/dead\/x HTTP\/1\.1", upstream: "http:\/\/127\.0\.0\.1:\d+\/dead\/x", host: "127/.test(
            await web.log('error'),
          ),
        );
      });

      it('answers 502 when the application closes without an answer', async () => {
        expect((await get('/drop')).status).toBe(502);
        await until(async () =>
          (await web.log('error')).includes(
            'upstream prematurely closed connection while reading response header from upstream',
          ),
        );
      });

      it('ends the connection when the answer breaks off', async () => {
        await expect(get('/half')).rejects.toThrow();
        await until(async () =>
          (await web.log('error')).includes('upstream prematurely closed connection while reading upstream'),
        );
      });

      it('answers 504 when the application takes too long', async () => {
        const { status, reason } = await get('/never');
        expect([status, reason]).toEqual([504, 'Gateway Time-out']);
        await until(async () =>
          (await web.log('error')).includes(
            'upstream timed out (110: Connection timed out) while reading response header from upstream',
          ),
        );
      });

      it('goes on to the next server', async () => {
        for (let i = 0; i < 4; i++) expect(await text('/two/x')).toBe('app /two/x');
        await until(async () =>
          /"upstream_addr":"127.0.0.1:\d+, 127.0.0.1:\d+","upstream_status":"502, 200"/.test(
            await web.log('trace'),
          ),
        );
      });

      it('logs 499 when the client does not wait', async () => {
        const controller = new AbortController();
        const asked = fetch(`http://127.0.0.1:${web.port}/never?left`, { signal: controller.signal });
        await until(() => app.seen.some(({ url }) => url === '/never?left'));
        controller.abort();
        await expect(asked).rejects.toThrow();
        await until(async () => /"status":"499","request":"GET \/never\?left/.test(await web.log('trace')));
      });
    });

    describe('choosing', () => {
      it.each([
        ['/order', 'exact'],
        ['/orderly', 'prefix'],
        ['/order/longer', 'long'],
        ['/order/final.png', 'final'],
        ['/order/a.png', 'pattern'],
        ['/order/12/rest', '12 and rest'],
        ['/order/12', 'later'],
        ['/order/../order', 'exact'],
        ['//order', 'exact'],
        ['/%6frder', 'exact'],
      ])('location of %s: %s', async (path, expected) => {
        expect(await text(path)).toBe(expected);
      });

      it.each([
        ['first.test', 'first'],
        ['FIRST.test:80', 'first'],
        ['first.test.', 'first'],
        ['a.wild.test', 'leading'],
        ['www.wild.test', 'exact or trailing'],
        ['www.wild.org', 'exact or trailing'],
        ['12.test', 'pattern or dot'],
        ['dot.test', 'pattern or dot'],
        ['a.b.dot.test', 'pattern or dot'],
        ['unknown.test', 'hello \n'],
      ])('server of %s: %s', async (host, expected) => {
        expect(await text('/text', { headers: { Host: host } })).toBe(expected);
      });

      it('takes the host of an absolute request line', async () => {
        const answer = await raw(
          web.port,
          'GET http://first.test/x HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n',
        );
        expect(answer).toMatch(/\r\n\r\nfirst$/);
      });
    });

    describe('try_files, error_page and return', () => {
      it('falls back', async () => {
        expect(await text('/fall/nothing')).toBe('index of files');
        expect((await get('/only/nothing')).status).toBe(404);
      });

      it('makes other pages of errors', async () => {
        const lost = await get('/pages/nothing', { method: 'GET' });
        expect([lost.status, lost.body.toString()]).toEqual([404, 'sorry']);
        const forbidden = await get('/pages/forbidden');
        expect([forbidden.status, forbidden.body.toString()]).toEqual([200, 'sorry']);
        const elsewhere = await get('/pages/elsewhere');
        expect([elsewhere.status, elsewhere.headers.location]).toEqual([302, 'http://example.com/lost']);
      });

      it('returns', async () => {
        const hello = await get('/text?name=you');
        expect([hello.status, hello.headers['content-type'], hello.body.toString()]).toEqual([
          200,
          'text/plain',
          'hello you\n',
        ]);
        const teapot = await get('/teapot');
        expect([teapot.status, teapot.body.toString()]).toEqual([418, 'short and stout']);
        expect((await get('/gone')).body.toString()).toContain('<h1>410 Gone</h1>');
        const none = await get('/none');
        expect([none.status, none.body.length, none.headers['content-type']]).toEqual([204, 0, undefined]);
        const moved = await get('/moved', { headers: { Host: 'www.foobar.com:1' } });
        expect([moved.status, moved.headers.location]).toEqual([
          301,
          `http://www.foobar.com:${web.port}/text?from=moved`,
        ]);
        expect(moved.body.toString()).toContain('301 Moved Permanently');
        const away = await get('/away');
        expect([away.status, away.reason, away.headers.location]).toEqual([
          302,
          'Moved Temporarily',
          'https://example.com/',
        ]);
        expect((await get('/relative')).headers.location).toBe('/text');
        await expect(get('/hang')).rejects.toThrow();
        expect((await get('/inside')).status).toBe(404);
      });
    });

    describe('connections', () => {
      it('keeps them open, and closes them when asked to', async () => {
        const both = await raw(
          web.port,
          'GET /text HTTP/1.1\r\nHost: a\r\n\r\nGET /text HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
        );
        expect(both.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
        expect(both).toMatch(/Connection: keep-alive[\s\S]*Connection: close/);
      });

      it('serves HTTP/1.0 without chunks', async () => {
        const answer = await raw(web.port, 'GET /page HTTP/1.0\r\n\r\n');
        expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
        expect(answer.toLowerCase()).not.toContain('transfer-encoding');
        expect(answer).toMatch(/\r\n\r\napp \/page$/);
      });

      it.each([
        ['no Host', 'GET / HTTP/1.1\r\n\r\n'],
        ['two Hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
        ['a bad Host', 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n'],
        ['no path', 'GET example HTTP/1.1\r\nHost: a\r\n\r\n'],
        ['nonsense', 'nonsense\r\n\r\n'],
        ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'],
        [
          'length and chunks',
          'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG',
        ],
        ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
        ['a bad length', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n'],
        ['a huge header', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`],
      ])('answers 400 to %s, and closes', async (_, bytes) => {
        const answer = await raw(web.port, bytes);
        expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
        expect(answer).toMatch(/Connection: close/);
        expect(await text('/text')).toBe('hello \n');
      });

      it('answers 405 to TRACE and CONNECT', async () => {
        for (const line of ['TRACE / HTTP/1.1', 'CONNECT a:1 HTTP/1.1']) {
          expect(await raw(web.port, `${line}\r\nHost: a\r\nConnection: close\r\n\r\n`)).toMatch(
            /^HTTP\/1\.1 40[05] /,
          );
        }
      });
    });

    it('logs in the given formats', async () => {
      await get('/text?a=1', { headers: { 'User-Agent': 'say "hi"\\', Host: 'www.foobar.com' } });
      await until(async () =>
        /^[0-9a-f]{32} 200 7 "GET \/text\?a=1 HTTP\/1\.1" \[say \\x22hi\\x22\\x5C\] www\.foobar\.com 1 -$/m.test(
          await web.log('access'),
        ),
      );
      const odd = await web.log('odd' as 'access');
      expect(odd.split('\n')).toContain('{"agent":"say \\"hi\\"\\\\","none":"","type":"text/plain"}');
    });
  });

  describe.skipIf(!engine.present)('with the generated configuration', () => {
    it('serves files itself, asks the application for the rest, and can prove it', async () => {
      await using app = await startApp();
      await using web = await startWeb(engine, { app: app.port, files: { 'public/style.css': css } });
      const evidence = webEvidence(web.at);
      const hopOf = async (path: string) => {
        const { headers } = await ask(web.port, path, { headers: { Host: 'www.foobar.com' } });
        const id = String(headers['x-request-id']);
        let hop: Awaited<ReturnType<typeof evidence.find>>;
        await until(async () => {
          hop = await evidence.find(id);
          return hop !== undefined;
        });
        return { hop, id };
      };
      const file = await hopOf('/style.css');
      expect(file.hop).toMatchObject({
        part: 'web',
        server: 'server-1',
        status: 200,
        upstream: [],
        file: join('public', 'style.css'),
      });
      expect((file.hop as { log: string }).log).toMatch(
        new RegExp(
          `^127\\.0\\.0\\.1 \\[.*\\] "GET /style\\.css HTTP/1\\.1" 200 ${css.length} "-" ${file.id}$`,
        ),
      );
      const page = await hopOf('/');
      expect(page.hop).toMatchObject({
        status: 200,
        upstream: [{ address: `127.0.0.1:${app.port}`, status: 200 }],
      });
      expect(page.hop).not.toHaveProperty('file');
      expect(app.seen[0]?.headers).toMatchObject({
        host: 'www.foobar.com',
        'x-request-id': page.id,
        'x-real-ip': '127.0.0.1',
        'x-forwarded-proto': 'http',
      });
      // Being asked whether it is ready leaves no trace.
      expect(await web.log('access')).not.toContain('web-ready');
    });

    it('says 502 and 504 with its own page', async () => {
      const [nobody = 0] = await freePorts(1);
      await using web = await startWeb(engine, { app: nobody });
      const { status, headers, body } = await ask(web.port, '/');
      expect([status, headers['x-request-id']]).toEqual([502, expect.stringMatching(/^[0-9a-f]{32}$/)]);
      expect(body.toString()).toContain('<h1>502 Bad Gateway</h1>');
    });

    it('reads a changed configuration on reload, and keeps the old one when it is broken', async () => {
      await using app = await startApp();
      await using web = await startWeb(engine, { app: app.port });
      const answer = async () => (await ask(web.port, '/x')).body.toString();
      const conf = (
        location: string,
      ) => `${process.getuid?.() === 0 && engine === installed ? 'user root;' : ''} pid logs/nginx.pid; error_log logs/error.log; events {}
        http { access_log off; include tutor.conf; server { listen 127.0.0.1:${web.port}; ${location} } }`;
      await web.configure(conf('location / { return 200 changed; }'));
      await web.reload(async () => (await answer()) === 'changed');
      await web.configure(conf('location / { retrun 200 broken; }'));
      await web.reload(async () => (await web.log('error')).includes(`[emerg]`));
      expect(await web.log('error')).toMatch(
        /\[emerg\] \d+#\d+: unknown directive "retrun" in .*nginx\.conf:2$/m,
      );
      expect(await answer()).toBe('changed');
      await web.configure(conf('location / { return 200 mended; }'));
      await web.reload(async () => (await answer()) === 'mended');
    });

    it('loses no request during reloads', async () => {
      await using app = await startApp((_, response) => setTimeout(() => response.end('app'), 5));
      await using web = await startWeb(engine, { app: app.port });
      let stopped = false;
      const statuses: number[] = [];
      const visitors = [1, 2, 3, 4].map(async () => {
        while (!stopped) statuses.push((await ask(web.port, '/')).status);
      });
      for (let i = 1; i <= 5; i++) {
        const before = statuses.length;
        await web.reload(async () => statuses.length > before + 20);
      }
      stopped = true;
      await Promise.all(visitors);
      expect(new Set(statuses)).toEqual(new Set([200]));
      expect(statuses.length).toBeGreaterThan(100);
    });
  });
});
