import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embedded, installed, type Web } from '../engines.ts';
import { raw } from '../http.ts';
import { type Site, startSite } from './site.ts';

describe.each([embedded, installed])('web contract, choosing server and location: $name', engine => {
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
});
