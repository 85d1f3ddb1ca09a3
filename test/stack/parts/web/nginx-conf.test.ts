import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Placement } from '../../../../src/stack/parts/part.ts';
import { readConfig } from '../../../../src/stack/parts/web/conf/read.ts';
import { embeddedWeb } from '../../../../src/stack/parts/web/embedded.ts';
import { webFiles, withRedirect, withTls } from '../../../../src/stack/parts/web/nginx-conf.ts';
import { prepareWeb } from '../../../../src/stack/parts/web/prepare.ts';
import { freePorts } from '../../../../src/stack/ports.ts';
import { hasNginx, installed } from './engines.ts';

const placement = (dir: string, port: number): Placement => ({
  plan: {
    id: 'web@server-1',
    part: 'web',
    server: 'server-1',
    address: { host: '8.8.8.8', port: 80 },
    open: true,
  },
  dir,
  siteDir: join(dir, 'a site "with" {odd} names; #1'),
  listen: { host: '127.0.0.1', port },
  peer: () => ({ host: '127.0.0.1', port: 8000 }),
  accounts: { database: '', web: { user: '', password: '' }, admin: { user: '', password: '' } },
});

/** With TLS at 8.8.8.8:443. */
const secured = (dir: string): Placement => {
  const { plan, ...at } = placement(dir, 8080);
  const secure = { host: '127.0.0.1', port: 8443 };
  return { ...at, plan: { ...plan, secure: { host: '8.8.8.8', port: 443 } }, secure };
};

const inFolder = async (use: (dir: string) => Promise<void>) => {
  const dir = await mkdtemp(join(tmpdir(), 'a folder '));
  try {
    await use(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

describe('the generated nginx.conf', () => {
  it('is refused below a folder that it cannot name, and says what to do', () => {
    const at = { ...placement('/tmp/run', 8080), siteDir: '/tmp/$x/site' };
    expect(() => webFiles(at)).toThrow(/"\$": set TMPDIR to another folder/);
  });

  it('says what the placement says', () =>
    inFolder(async dir => {
      const at = placement(dir, 8080);
      await prepareWeb(at);
      const { servers, pid, errorLog } = readConfig(dir, 'conf/nginx.conf');
      expect([pid, errorLog.file]).toEqual([join(dir, 'logs/nginx.pid'), join(dir, 'logs/error.log')]);
      const [server] = servers;
      expect(server?.listens).toEqual([{ host: '127.0.0.1', port: 8080, isDefault: false, ssl: false }]);
      expect(server?.target.settings.root({} as never)).toBe(`${at.siteDir}/public`);
      expect(server?.locations.named.get('@app')?.pass?.upstream.peers).toMatchObject([
        { host: '127.0.0.1', port: 8000 },
      ]);
    }));

  it('fits a terminal and a lesson', () => {
    const text = webFiles(placement('/run', 8080))['nginx.conf'];
    const lines = text.split('\n').filter(line => !line.includes('root '));
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(90);
    expect(lines.length).toBeLessThan(80);
    expect(text).not.toContain('user root');
  });

  it('is written once: what was edited stays', () =>
    inFolder(async dir => {
      const at = placement(dir, 8080);
      await embeddedWeb.prepare(at);
      const [conf = ''] = embeddedWeb.configuration?.(at) ?? [];
      await writeFile(conf, 'edited');
      await embeddedWeb.prepare(at);
      expect(await readFile(conf, 'utf8')).toBe('edited');
    }));

  describe('with TLS', () => {
    const at = secured('/run');
    const plain = webFiles(at)['nginx.conf'];
    const tls = withTls(plain, at);

    it('listens on both ports, and says which address of the story each is', () => {
      expect(tls.replace(plain.slice(0, plain.indexOf('        server_name')), '')).not.toBe(tls);
      expect(tls).toContain(`
        listen 127.0.0.1:8080;    # 8.8.8.8:80
        listen 127.0.0.1:8443 ssl;    # 8.8.8.8:443
        ssl_certificate tls/www.foobar.com.crt;
        ssl_certificate_key tls/www.foobar.com.key;
        ssl_protocols TLSv1.2 TLSv1.3;
        server_name `);
      expect(tls.split('\n')).toHaveLength(plain.split('\n').length + 4);
    });

    it('is written into an edited file as well, and only once', () => {
      const edited = plain.replace(
        / {8}listen 127\.0\.0\.1:8080;.*/,
        '\tlisten  127.0.0.1:8080 default_server;',
      );
      expect(withTls(edited, at)).toContain(
        '\tlisten  127.0.0.1:8080 default_server;\n\tlisten 127.0.0.1:8443 ssl;',
      );
      expect(withTls(tls, at)).toBe(tls);
    });

    it('is not written where somebody listens elsewhere, or where the plan has none', () => {
      const elsewhere = plain.replaceAll('127.0.0.1:8080', '127.0.0.1:80801');
      expect(withTls(elsewhere, at)).toBe(elsewhere);
      expect(withTls(plain, placement('/run', 8080))).toBe(plain);
    });

    it('can redirect, and go back', () => {
      const sentOn = withRedirect(tls, at, true) ?? '';
      expect(sentOn.indexOf('return 301 https://$host$request_uri;')).toBeLessThan(sentOn.indexOf(' ssl;'));
      expect(sentOn.split('127.0.0.1:8080;')).toHaveLength(2);
      expect(withRedirect(sentOn, at, true)).toBe(sentOn);
      expect(withRedirect(sentOn, at, false)).toBe(tls);
      expect(withRedirect(tls, at, false)).toBe(tls);
    });

    it('cannot redirect where it does not listen as generated', () => {
      expect(withRedirect(plain, at, true)).toBeUndefined();
      expect(withRedirect(tls.replace('# 8.8.8.8:80\n', '\n'), at, true)).toBeUndefined();
    });

    it('comes back with it when it was removed', () =>
      inFolder(async dir => {
        const here = secured(dir);
        await prepareWeb(here);
        const conf = join(dir, 'conf/nginx.conf');
        expect(await readFile(conf, 'utf8')).not.toContain('ssl');
        await rm(conf);
        await mkdir(join(dir, 'conf/tls'));
        await writeFile(join(dir, 'conf/tls/www.foobar.com.key'), '');
        await prepareWeb(here);
        expect(await readFile(conf, 'utf8')).toContain('127.0.0.1:8443 ssl;');
      }));
  });

  describe.skipIf(!hasNginx)(`with ${installed.name}`, () => {
    it('is accepted', () =>
      inFolder(async dir => {
        const [port = 0] = await freePorts(1);
        await prepareWeb(placement(dir, port), process.getuid?.() === 0 ? { user: 'root' } : {});
        const [file, args] = installed.command(dir, ['-t', '-q']);
        expect(execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })).toBe('');
      }));
  });
});
