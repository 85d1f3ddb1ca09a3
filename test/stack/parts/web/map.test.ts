/** `map` and `expires`, on every engine that is present. */
import { describe, expect, it } from 'vitest';
import { embedded, installed, startWeb } from './engines.ts';
import { ask, startApp } from './http.ts';
import { around } from './scene.ts';

describe.each([embedded, installed])('$name', engine => {
  describe.skipIf(!engine.present)('obeys', () => {
    it('map: exact values before patterns, in the order of the file, then the default', async () => {
      const conf = around({
        http: `
          map $arg_a $kind {
            default "none of these";
            One exact;
            "" empty;
            ~^(\\d+)$ "number $1";
            ~*^X "begins with x";
            ~x "has an x";
            \\default "the word";
            uri "$uri and $other";
          }
          map $kind $other { empty nothing; }`,
        server: 'location / { return 200 "$kind|$other"; }',
      });
      await using web = await startWeb(engine, { conf });
      const of = async (a: string) => (await ask(web.port, `/p?a=${a}`)).body.toString();
      const values = ['one', 'ONE', '', '42', 'Xy', 'yx', 'yX', 'default', 'uri', 'other'];
      expect(await Promise.all(values.map(of))).toEqual([
        'exact|',
        'exact|',
        'empty|nothing',
        'number 42|',
        'begins with x|',
        'has an x|',
        'none of these|',
        'the word|',
        '/p and |',
        'none of these|',
      ]);
    });

    it('expires: on answers that may be used again, in the place of what an upstream says', async () => {
      await using app = await startApp(({ url }, response) =>
        response
          .writeHead(url === '/app/404' ? 404 : 200, { 'Cache-Control': 'private', Expires: 'never' })
          .end('app'),
      );
      const kinds = {
        after: '1h',
        past: '-1s',
        zero: '0',
        epoch: 'epoch',
        max: 'max',
        off: 'off',
        daily: '@0h',
      };
      const conf = around({
        server: `
          ${Object.entries(kinds)
            .map(([name, time]) => `location /${name}/ { expires ${time}; try_files /a.txt =404; }`)
            .join('\n')}
          location /modified/ { expires modified 1h; try_files /a.txt =404; }
          location /app/ { expires 2m; proxy_pass http://APP; }`,
      });
      await using web = await startWeb(engine, { conf, app: app.port, files: { 'public/a.txt': 'a' } });
      const of = async (path: string) => {
        const { headers } = await ask(web.port, path);
        const seconds = (Date.parse(String(headers.expires)) - Date.parse(String(headers.date))) / 1000;
        return [headers['cache-control'], Number.isNaN(seconds) ? headers.expires : seconds];
      };
      expect(await of('/after/')).toEqual(['max-age=3600', 3600]);
      expect(await of('/past/')).toEqual(['no-cache', -1]);
      expect(await of('/zero/')).toEqual(['max-age=0', 0]);
      expect((await of('/epoch/'))[0]).toBe('no-cache');
      expect((await of('/max/'))[0]).toBe('max-age=315360000');
      expect(await of('/off/')).toEqual([undefined, undefined]);
      expect(await of('/app/')).toEqual(['max-age=120', 120]);
      expect(await of('/app/404')).toEqual(['private', 'never']);
      const [control, seconds] = await of('/daily/');
      expect([control, Number(seconds) > 0 && Number(seconds) <= 86_400]).toEqual([
        `max-age=${seconds}`,
        true,
      ]);
      const [modified, left] = await of('/modified/');
      expect([modified, Number(left) <= 3600 && Number(left) > 3500]).toEqual([`max-age=${left}`, true]);
    });
  });
});
