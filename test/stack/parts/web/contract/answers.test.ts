import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../../until.ts';
import { embedded, installed, type Web } from '../engines.ts';
import { css, type Site, startSite } from './site.ts';

describe.each([embedded, installed])('web contract, what an answer is made of: $name', engine => {
  describe.skipIf(!engine.present)('with one configuration', () => {
    let site: Site;
    let web: Web;
    beforeAll(async () => {
      site = await startSite(engine);
      web = site.web;
    });
    afterAll(async () => {
      await site?.[Symbol.asyncDispose]();
    });
    const get: Site['get'] = (path, options) => site.get(path, options);
    const text: Site['text'] = (path, options) => site.text(path, options);

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
});
