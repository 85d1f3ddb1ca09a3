import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfError } from '../../../../../src/stack/parts/web/conf/error.ts';
import type { Config } from '../../../../../src/stack/parts/web/conf/model.ts';
import { readConfig } from '../../../../../src/stack/parts/web/conf/read.ts';

let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'read-'));
  mkdirSync(join(dir, 'conf/sites'), { recursive: true });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const read = (http: string): Config => {
  writeFileSync(join(dir, 'conf/nginx.conf'), `events {} http { ${http} }`);
  return readConfig(dir, 'conf/nginx.conf');
};

const settingsOf = (http: string) => {
  const [server] = read(http).servers;
  if (!server) throw new Error('no server');
  return { server: server.target.settings, location: server.locations.prefixes[0]?.target.settings };
};

describe('inheritance', () => {
  it('takes the innermost value, wherever it stands in its block', () => {
    const { server, location } = settingsOf(`
      server { location / { proxy_read_timeout 3s; } proxy_read_timeout 2s; gzip on; }
      proxy_read_timeout 1s; proxy_connect_timeout 250ms;`);
    expect([server.proxy_read_timeout, location?.proxy_read_timeout]).toEqual([2000, 3000]);
    expect([location?.gzip, location?.proxy_connect_timeout, location?.proxy_send_timeout]).toEqual([
      true,
      250,
      60_000,
    ]);
  });

  it('replaces lists as a whole', () => {
    const { server, location } = settingsOf(`
      add_header A 1; add_header B 2; proxy_set_header A 1;
      server { location / { add_header C 3; } }`);
    expect(server.add_header.map(({ name }) => name)).toEqual(['A', 'B']);
    expect(location?.add_header.map(({ name }) => name)).toEqual(['C']);
    expect(location?.proxy_set_header.map(({ name }) => name)).toEqual(['A']);
  });

  it('lets `access_log off` silence its place only', () => {
    const { server, location } = settingsOf(`
      access_log off; access_log logs/a.log;
      server { location / { access_log logs/b.log; } }`);
    expect([server.access_log.off, location?.access_log.off]).toEqual([true, false]);
  });
});

it('includes files, also by pattern and in order', () => {
  writeFileSync(join(dir, 'conf/sites/b.conf'), 'server { listen 127.0.0.1:2; }');
  writeFileSync(join(dir, 'conf/sites/a.conf'), 'server { listen 127.0.0.1:1; }');
  for (const other of ['c.txt', 'dxconf']) writeFileSync(join(dir, 'conf/sites', other), 'nonsense');
  const { servers } = read('include sites/*.conf; include nothing/*.conf;');
  expect(servers.map(({ listens }) => listens[0]?.port)).toEqual([1, 2]);
});

it('names the included file in its errors', () => {
  writeFileSync(join(dir, 'conf/sites/bad.inc'), '\nfoo;');
  expect(() => read('include sites/bad.inc;')).toThrow(
    `unknown directive "foo" in ${join(dir, 'conf/sites/bad.inc')}:2`,
  );
});

it('listens on the loopback only', () => {
  const { servers } = read(
    'server { listen 8080; listen *:8081 default_server; listen [::]:8082; listen localhost:8083; }',
  );
  expect(servers[0]?.listens).toEqual([
    { host: '127.0.0.1', port: 8080, isDefault: false, ssl: false },
    { host: '127.0.0.1', port: 8081, isDefault: true, ssl: false },
    { host: '::1', port: 8082, isDefault: false, ssl: false },
    { host: '127.0.0.1', port: 8083, isDefault: false, ssl: false },
  ]);
});

it('fails on any text in no other way than nginx', () => {
  const bits = fc.constantFrom(
    ...'http server location upstream events types include log_format access_log error_page return try_files listen'.split(
      ' ',
    ),
    ...'server_name proxy_pass add_header root gzip_types proxy_set_header keepalive sites/[.* sites ~ ~* = ^~ @a / ( *'.split(
      ' ',
    ),
    ...'http://a http://127.0.0.1:1/x 127.0.0.1:1 [::1 80 404 =404 =x off on always 1k 2s escape=json if=$a $uri $x $ text'.split(
      ' ',
    ),
    ...[';', ';', ';', '{', '{', '}', '}', '"', '__proto__', 'constructor'],
  );
  const bit = fc.oneof(bits, fc.string());
  fc.assert(
    fc.property(fc.array(bit, { maxLength: 30 }), words => {
      try {
        read(words.join(' '));
      } catch (problem) {
        if (!(problem instanceof ConfError)) throw problem;
        expect(problem.place === undefined || problem.place.line > 0).toBe(true);
      }
    }),
    { numRuns: 1500 },
  );
});
