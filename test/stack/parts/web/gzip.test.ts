/** Which answers are packed, and for whom: on every engine that is present. */
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embedded, installed, startWeb, type Web } from './engines.ts';
import { type App, ask, raw, startApp } from './http.ts';
import { around } from './scene.ts';

const text = 'These words are said again and again. '.repeat(100);

describe.each([embedded, installed])('gzip: $name', engine => {
  describe.skipIf(!engine.present)('of answers', () => {
    let web: Web;
    let app: App;
    const packed = async (path: string, headers: Record<string, string> = {}) => {
      const answer = await ask(web.port, path, { headers: { 'Accept-Encoding': 'gzip', ...headers } });
      const isPacked = answer.headers['content-encoding'] === 'gzip';
      expect((isPacked ? gunzipSync(answer.body) : answer.body).toString()).toBe(text);
      return isPacked;
    };

    beforeAll(async () => {
      app = await startApp((request, response) => {
        const { searchParams } = new URL(request.url ?? '/', 'http://app');
        for (const [name, value] of searchParams) response.setHeader(name, value);
        response.end(text);
      });
      web = await startWeb(engine, {
        app: app.port,
        files: { 'public/text.txt': text, 'public/large.txt': text.repeat(100) },
        conf: around({
          http: 'include mime.types; gzip on; gzip_types text/plain; gzip_vary on;',
          server: `
            location /app { proxy_pass http://APP; }
            location /proxied { gzip_proxied expired no-cache no-store private no_last_modified no_etag auth; proxy_pass http://APP; }
            location /any { gzip_proxied any; proxy_pass http://APP; }
            location /old { gzip_http_version 1.0; proxy_pass http://APP; }
            location /long { gzip_min_length 100000; proxy_pass http://APP; }
            location /all { gzip_types *; proxy_pass http://APP; }
            location /agents { gzip_disable "robot" msie6; proxy_pass http://APP; }
            location /best { gzip_comp_level 9; proxy_pass http://APP; }`,
        }),
      });
    });
    afterAll(async () => {
      await web?.[Symbol.asyncDispose]();
      await app?.[Symbol.asyncDispose]();
    });

    const typed = 'Content-Type=text/plain';

    it('depends on type and length', async () => {
      expect(await packed(`/app?${typed}`)).toBe(true);
      expect(await packed(`/app?${typed};%20charset=utf-8`)).toBe(true);
      expect(await packed('/app?Content-Type=text/html')).toBe(true);
      expect(await packed('/app?Content-Type=image/png')).toBe(false);
      expect(await packed('/all?Content-Type=image/png')).toBe(true);
      expect(await packed(`/app?${typed}&Content-Encoding=identity`)).toBe(false);
      expect(await packed(`/long?${typed}&Content-Length=${text.length}`)).toBe(false);
      // A length that nobody told is none that could be too small.
      expect(await packed(`/long?${typed}&Transfer-Encoding=chunked`)).toBe(true);
      expect(await packed('/text.txt')).toBe(true);
      const { body } = await ask(web.port, '/large.txt', { headers: { 'Accept-Encoding': 'gzip' } });
      expect(gunzipSync(body).toString()).toBe(text.repeat(100));
    });

    it('depends on who asks', async () => {
      expect(await packed(`/app?${typed}`, { 'Accept-Encoding': 'br' })).toBe(false);
      expect(await packed(`/agents?${typed}`, { 'User-Agent': 'a Robot' })).toBe(false);
      expect(await packed(`/agents?${typed}`, { 'User-Agent': 'MSIE 6.0' })).toBe(false);
      expect(await packed(`/agents?${typed}`, { 'User-Agent': 'MSIE 6.0; SV1' })).toBe(true);
      const old = (path: string) =>
        raw(web.port, `GET ${path}?${typed} HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n`);
      expect(await old('/app')).not.toMatch(/content-encoding/i);
      expect(await old('/old')).toMatch(/content-encoding: gzip/i);
    });

    it('tells caches that it depends on who asks', async () => {
      const vary = async (path: string) =>
        (await ask(web.port, path, { headers: { 'Accept-Encoding': 'br' } })).headers.vary;
      expect(await vary(`/app?${typed}`)).toBe('Accept-Encoding');
      expect(await vary('/app?Content-Type=image/png')).toBeUndefined();
    });

    it.each([
      ['/app', '', false],
      ['/any', '', true],
      ['/proxied', 'Last-Modified=Sat, 01 Jan 2000 00:00:00 GMT', false],
      ['/proxied', 'ETag="a"', false],
      ['/proxied', '', true],
      ['/proxied', 'Cache-Control=max-age=5', false],
      ['/proxied', 'Cache-Control=private', true],
      ['/proxied', 'Cache-Control=no-store', true],
      ['/proxied', 'Expires=Sat, 01 Jan 2000 00:00:00 GMT', true],
      ['/proxied', 'Expires=Sat, 01 Jan 2050 00:00:00 GMT', false],
    ])('through another proxy, gzip_proxied: %s %s', async (path, said, expected) => {
      expect(await packed(encodeURI(`${path}?${typed}&${said}`), { Via: '1.1 cache' })).toBe(expected);
    });

    it('is done for another proxy when the request is authorized', async () => {
      const path = `/proxied?${typed}&Cache-Control=max-age=5`;
      expect(await packed(path, { Via: '1.1 cache', Authorization: 'Basic eDp5' })).toBe(true);
    });

    it('is done better at a higher level', async () => {
      const size = async (path: string) =>
        (await ask(web.port, `${path}?${typed}`, { headers: { 'Accept-Encoding': 'gzip' } })).body.length;
      expect(await size('/best')).toBeLessThan(await size('/app'));
    });
  });
});
