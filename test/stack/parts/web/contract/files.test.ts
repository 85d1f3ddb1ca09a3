import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../../until.ts';
import { embedded, installed, type Web } from '../engines.ts';
import { css, type Site, startSite } from './site.ts';

describe.each([embedded, installed])('web contract, files: $name', engine => {
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
});
