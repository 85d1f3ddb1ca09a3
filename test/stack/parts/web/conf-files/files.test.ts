import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Placement } from '../../../../../src/stack/parts/part.ts';
import { readConfig } from '../../../../../src/stack/parts/web/conf/read.ts';
import { nginxConf, type WebPart, webFiles } from '../../../../../src/stack/parts/web/conf-files/files.ts';
import { embeddedWeb } from '../../../../../src/stack/parts/web/embedded.ts';
import { prepareWeb } from '../../../../../src/stack/parts/web/prepare.ts';
import { hasNginx, installed } from '../engines.ts';
import { peer, placed, planOf } from '../places.ts';

const servers = [1, 2, 3].map(n => peer('web', `server-${n}`, `10.0.0.1${n}`, 41000 + n));
const cache = peer('cache', 'cache-1', '10.0.0.31', 41031);
const balancers = [
  peer('balancer', 'balancer-1', '8.8.8.8', 41080),
  peer('balancer', 'balancer-2', '8.8.8.8', 41082, true),
];

/** Every kind of part, in its usual place. */
const parts: Record<string, Pick<Parameters<typeof placed>[0], 'plan' | 'peers'>> = {
  'the only web server': {},
  'a web server behind others': { plan: planOf('web', 'server-1', '10.0.0.11') },
  'a balancer': { plan: planOf('balancer', 'balancer-1', '8.8.8.8', { open: true }), peers: servers },
  'a balancer in front of a cache': {
    plan: planOf('balancer', 'balancer-1', '8.8.8.8', { open: true }),
    peers: [cache, ...servers],
  },
  'a cache': { plan: planOf('cache', 'cache-1', '10.0.0.31'), peers: servers },
  'a CDN': { plan: planOf('cdn', 'cdn-1', '203.0.113.10', { open: true }), peers: balancers },
};

const at = (kind: keyof typeof parts, dir = '/run', more: Partial<Placement> = {}): Placement => ({
  ...placed({ dir, siteDir: `${dir}/site`, listen: { host: '127.0.0.1', port: 8080 }, ...parts[kind] }),
  ...more,
});

const inFolder = async (use: (dir: string) => Promise<void>) => {
  const dir = await mkdtemp(join(tmpdir(), 'a folder '));
  try {
    await use(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

const upstreamOf = (kind: keyof typeof parts) =>
  /upstream \w+ \{\n([^}]*)\}/
    .exec(nginxConf(at(kind)))?.[1]
    ?.split('\n')
    .map(line => line.trim())
    .filter(line => line.startsWith('server'));

describe.each(Object.keys(parts))('nginx.conf of %s', kind => {
  it('fits a terminal and a lesson', () => {
    const lines = nginxConf(at(kind))
      .split('\n')
      .filter(line => !/^ +(root|server 127)/.test(line));
    expect(lines.filter(line => line.length > 92)).toEqual([]);
    expect(lines.length).toBeLessThan(90);
    expect(lines.join('\n')).not.toMatch(/user root|undefined|\n\n\n| \n/);
  });

  it('is understood, and says what the placement says', () =>
    inFolder(async dir => {
      await prepareWeb(at(kind, dir));
      const { servers: found, pid, errorLog, warnings } = readConfig(dir, 'conf/nginx.conf');
      expect([pid, errorLog.file, warnings]).toEqual([
        join(dir, 'logs/nginx.pid'),
        join(dir, 'logs/error.log'),
        [],
      ]);
      expect(found.map(({ listens }) => listens)).toEqual([
        [{ host: '127.0.0.1', port: 8080, isDefault: false, ssl: false }],
      ]);
    }));

  it.skipIf(!hasNginx)(`is accepted by ${installed.name}`, () =>
    inFolder(async dir => {
      await prepareWeb(at(kind, dir), process.getuid?.() === 0 ? { user: 'root' } : {});
      const [file, args] = installed.command(dir, ['-t', '-q']);
      expect(execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })).toBe('');
    }),
  );
});

describe('who is asked', () => {
  it('is every server in turn', () => {
    expect(upstreamOf('a balancer')).toEqual([
      'server 127.0.0.1:41001 max_fails=3 fail_timeout=1s;    # 10.0.0.11:80, server-1',
      'server 127.0.0.1:41002 max_fails=3 fail_timeout=1s;    # 10.0.0.12:80, server-2',
      'server 127.0.0.1:41003 max_fails=3 fail_timeout=1s;    # 10.0.0.13:80, server-3',
    ]);
    expect(upstreamOf('a cache')).toEqual(upstreamOf('a balancer'));
  });

  it('is the cache, and the servers when that is gone', () => {
    const [first, ...others] = upstreamOf('a balancer in front of a cache') ?? [];
    expect(first).toBe('server 127.0.0.1:41031 max_fails=3 fail_timeout=1s;    # 10.0.0.31:80, cache-1');
    expect(others).toHaveLength(3);
    for (const line of others) expect(line).toContain(' backup;');
  });

  it('is for the CDN who holds the address, then the one that stands by', () => {
    expect(upstreamOf('a CDN')).toEqual([
      'server 127.0.0.1:41082 max_fails=3 fail_timeout=1s;    # 8.8.8.8:80, balancer-2',
      'server 127.0.0.1:41080 max_fails=3 fail_timeout=1s backup;    # 8.8.8.8:80, balancer-1',
    ]);
    const [line] =
      /server .*/.exec(
        nginxConf(at('a CDN', '/run', { peers: name => servers.slice(0, name === 'web' ? 1 : 0) })),
      ) ?? [];
    expect(line).toContain('10.0.0.11:80, server-1');
  });
});

it('is refused below a folder that it cannot name, and says what to do', () => {
  const odd = at('the only web server', '/tmp', { siteDir: '/tmp/$x/site' });
  expect(() => nginxConf(odd)).toThrow(/"\$": set TMPDIR to another folder/);
});

it('finds the files in whatever folder', () =>
  inFolder(async dir => {
    const odd = at('the only web server', dir, { siteDir: join(dir, 'a site "with" {odd} names; #1') });
    await prepareWeb(odd);
    const [server] = readConfig(dir, 'conf/nginx.conf').servers;
    expect(server?.target.settings.root({} as never)).toBe(`${odd.siteDir}/public`);
  }));

it('is written once: what was edited stays, what was removed comes back', () =>
  inFolder(async dir => {
    const here = at('a balancer', dir);
    await embeddedWeb.prepare(here);
    const [conf = '', besides = ''] = embeddedWeb.generated?.(here).keys() ?? [];
    await writeFile(conf, 'edited');
    await rm(besides);
    await embeddedWeb.prepare(here);
    expect([await readFile(conf, 'utf8'), await readFile(besides, 'utf8')]).toEqual([
      'edited',
      embeddedWeb.generated?.(here).get(besides)?.text,
    ]);
  }));

it('speaks TLS as soon as there is a certificate', () =>
  inFolder(async dir => {
    const here = at('a balancer', dir, { secure: { host: '127.0.0.1', port: 8443 } });
    const secured = { ...here, plan: { ...here.plan, secure: { host: '8.8.8.8', port: 443 } } };
    const conf = join(dir, 'conf/nginx.conf');
    expect(webFiles(secured).get(conf)?.text).not.toContain('ssl');
    await mkdir(join(dir, 'conf/tls'), { recursive: true });
    await writeFile(join(dir, 'conf/tls/www.foobar.com.key'), '');
    expect(webFiles(secured).get(conf)?.text).toContain('127.0.0.1:8443 ssl;');
    // Whoever has lost the public address has no use for it.
    expect(webFiles(here).get(conf)?.text).not.toContain('ssl');
  }));

it('names the files of each part', () => {
  const names = (kind: keyof typeof parts) =>
    [...webFiles(at(kind)).keys()].map(path => path.replace('/run/conf/', ''));
  expect(names('the only web server')).toEqual(['nginx.conf', 'mime.types', 'tutor.conf']);
  expect(names('a cache')).toEqual(['nginx.conf', 'tutor.conf']);
  expect(Object.values(parts).map(({ plan }): WebPart => (plan?.part ?? 'web') as WebPart)).toEqual(
    expect.arrayContaining(['web', 'balancer', 'cache', 'cdn']),
  );
});
