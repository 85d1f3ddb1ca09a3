import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embedded, installed, type Web } from '../engines.ts';
import { raw } from '../http.ts';
import { type Site, startSite } from './site.ts';

describe.each([embedded, installed])('web contract, connections: $name', engine => {
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
    const text: Site['text'] = (path, options) => site.text(path, options);

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
});
