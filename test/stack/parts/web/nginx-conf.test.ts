import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Placement } from '../../../../src/stack/parts/part.ts';
import { readConfig } from '../../../../src/stack/parts/web/conf/read.ts';
import { embeddedWeb } from '../../../../src/stack/parts/web/embedded.ts';
import { webFiles } from '../../../../src/stack/parts/web/nginx-conf.ts';
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

const inFolder = async (use: (dir: string) => Promise<void>) => {
  const dir = await mkdtemp(join(tmpdir(), 'a folder '));
  try {
    await use(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

describe('the generated nginx.conf', () => {
  it('says what the placement says', () =>
    inFolder(async dir => {
      const at = placement(dir, 8080);
      await prepareWeb(at);
      const { servers, pid, errorLog } = readConfig(dir, 'conf/nginx.conf');
      expect([pid, errorLog.file]).toEqual([join(dir, 'logs/nginx.pid'), join(dir, 'logs/error.log')]);
      const [server] = servers;
      expect(server?.listens).toEqual([{ host: '127.0.0.1', port: 8080, isDefault: false }]);
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
