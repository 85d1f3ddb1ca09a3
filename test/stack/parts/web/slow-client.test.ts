/** What a slow client costs the application server, with and without request buffering; on every engine that is present. */
import { describe, expect, it } from 'vitest';
import { until } from '../../../until.ts';
import { startAppProcess } from '../app/app-process.ts';
import { embedded, installed, startWeb } from './engines.ts';
import { ask, openLine } from './http.ts';
import { around } from './scene.ts';

const site = `export const version = 'v1';
export default () => async ({ path, form }) => ({ status: 200, body: path + ' ' + (form.name ?? '') });`;

const upload =
  'POST /upload HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\nname=';

describe.each([embedded, installed])('a slow client: $name', engine => {
  describe.skipIf(!engine.present || process.platform === 'win32')('in front of two workers', () => {
    const withSlowClients = async (
      buffering: 'on' | 'off',
      use: (visit: () => Promise<number[]>) => Promise<void>,
    ) => {
      const app = await startAppProcess({ 'app.js': site }, { workers: 2, queue: 1 });
      try {
        await using web = await startWeb(engine, {
          conf: around({
            server: `proxy_request_buffering ${buffering}; location / { proxy_pass http://unix:${app.socket}; }`,
          }),
        });
        const slow = await Promise.all([1, 2].map(() => openLine(web.port)));
        for (const line of slow) line.write(upload);
        // Two at once: with both workers occupied, one waits in the queue and the other finds it full.
        await use(async () => {
          const both = [1, 2].map(() => ask(web.port, '/').then(({ status }) => status));
          const first = await Promise.race(both);
          if (first === 200) return Promise.all(both);
          return [first];
        });
        for (const line of slow) line.write('slow');
        for (const line of slow) await until(() => line.received().includes('/upload slow'));
      } finally {
        await app.end();
      }
    };

    it('occupies none of them as long as the web server gathers its request', () =>
      withSlowClients('on', async visit => {
        for (let i = 0; i < 5; i++) expect(await visit()).toEqual([200, 200]);
      }));

    it('occupies one when its request is passed on while it arrives', () =>
      withSlowClients('off', async visit => {
        await until(async () => (await visit())[0] === 503);
      }));
  });
});
