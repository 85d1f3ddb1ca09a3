import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { webEvidence } from '../../../../../src/stack/parts/web/evidence.ts';
import { freePorts } from '../../../../../src/stack/ports.ts';
import { until } from '../../../../until.ts';
import { embedded, installed, startWeb } from '../engines.ts';
import { ask, startApp } from '../http.ts';
import { css } from './site.ts';

describe.each([embedded, installed])('web contract: $name', engine => {
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
