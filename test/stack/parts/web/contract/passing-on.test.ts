import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../../until.ts';
import { embedded, installed, type Web } from '../engines.ts';
import { type App, raw } from '../http.ts';
import { type Site, startSite } from './site.ts';

describe.each([embedded, installed])('web contract, passing on: $name', engine => {
  describe.skipIf(!engine.present)('with one configuration', () => {
    let site: Site;
    let web: Web;
    let app: App;
    beforeAll(async () => {
      site = await startSite(engine);
      web = site.web;
      app = site.app;
    });
    afterAll(async () => {
      await site?.[Symbol.asyncDispose]();
    });
    const get: Site['get'] = (path, options) => site.get(path, options);
    const text: Site['text'] = (path, options) => site.text(path, options);

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
      expect(app.seen.map(({ method, body, headers }) => [method, body, headers['content-length']])).toEqual([
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
});
