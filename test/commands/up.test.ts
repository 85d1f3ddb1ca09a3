import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { linesOf } from './cli.ts';
import { startUp, stopUps } from './up-process.ts';

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

afterEach(stopUps);

const answers = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

describe('up --json', () => {
  it('prints one line when it is ready, and takes the stack down on Ctrl+C', async () => {
    const { text, stop } = await startUp(['--json', '--engine', 'embedded'], printed =>
      printed.includes('\n'),
    );
    expect(linesOf(text)).toHaveLength(1);
    const ready = JSON.parse(text);
    const endpoint = { host: '127.0.0.1', port: expect.any(Number) };
    expect(ready).toEqual({
      ready: true,
      engines: { dns: 'embedded', web: 'embedded', app: 'embedded', db: 'embedded' },
      addresses: {
        dns: endpoint,
        http: endpoint,
        https: endpoint,
        proxy: endpoint,
        mysql: {
          ...endpoint,
          user: expect.any(String),
          password: expect.any(String),
          database: expect.any(String),
        },
      },
      ca: expect.any(String),
    });
    const { http, https, proxy, mysql } = ready.addresses;
    const ports: number[] = [http.port, https.port, proxy.port, mysql.port];
    expect(new Set(ports).size).toBe(4);
    expect(readFileSync(ready.ca, 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----/);
    expect(await Promise.all(ports.map(answers))).toEqual([true, true, true, true]);
    expect(await stop('SIGINT')).toBe(130);
    expect(await Promise.all(ports.map(answers))).toEqual([false, false, false, false]);
  });
});

describe.skipIf(!['dig', 'curl', 'mariadb'].every(has))(
  'the lines of up (skipped: dig, curl or mariadb is not installed)',
  () => {
    it('work when they are pasted', async () => {
      const { text } = await startUp([], printed => printed.includes('Ctrl+C'));
      const pasted = (start: string, end = ''): string => {
        const line = linesOf(text).find(found => found.startsWith(`${start} `) && found.endsWith(end));
        expect(line, `a line with ${start} ... ${end} in:\n${text}`).toBeDefined();
        return String(spawnSync('sh', ['-c', line ?? '']).stdout);
      };
      expect(pasted('dig')).toMatch(/www\.foobar\.com\.\s+300\s+IN\s+A\s+8\.8\.8\.8/);
      expect(pasted('curl', ' http://www.foobar.com/')).toMatch(/^HTTP\/1\.1 200 OK/);
      expect(pasted('curl', ' https://www.foobar.com/')).toMatch(
        /^HTTP\/1\.1 200 Connection established\r\n\r\nHTTP\/1\.1 200 OK/,
      );
      expect(pasted('mariadb')).toContain('entries');
      expect(text).toMatch(/web +on server-1 +8\.8\.8\.8:80 \(here 127\.0\.0\.1:\d+\)/);
    });

    it('fit into 80 columns where they are not to be pasted', async () => {
      const { text } = await startUp(['--engine', 'embedded'], printed => printed.includes('Ctrl+C'));
      const prose = linesOf(text).filter(line => !/^(dig|curl|mariadb|chromium|--)/.test(line));
      expect(prose.filter(line => line.length > 80)).toEqual([]);
    });
  },
);
