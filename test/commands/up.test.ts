import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../until.ts';
import { cli, linesOf } from './cli.ts';

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

let child: ChildProcess | undefined;
afterEach(async () => {
  if (child?.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise(resolve => child?.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
});

const up = async (args: string[], complete: (text: string) => boolean) => {
  const started = spawn(process.execPath, [cli, 'up', ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  child = started;
  let text = '';
  started.stdout.on('data', data => {
    text += data;
  });
  await until(() => complete(text));
  const stop = (signal: NodeJS.Signals): Promise<number | null> =>
    new Promise(resolve => {
      started.once('exit', resolve);
      started.kill(signal);
    });
  return { text, stop };
};

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
    const { text, stop } = await up(['--json', '--engine', 'embedded'], printed => printed.includes('\n'));
    expect(linesOf(text)).toHaveLength(1);
    const ready = JSON.parse(text);
    const endpoint = { host: '127.0.0.1', port: expect.any(Number) };
    expect(ready).toEqual({
      ready: true,
      engines: { dns: 'embedded', web: 'embedded', app: 'embedded', db: 'embedded' },
      addresses: {
        dns: endpoint,
        http: endpoint,
        mysql: {
          ...endpoint,
          user: expect.any(String),
          password: expect.any(String),
          database: expect.any(String),
        },
      },
    });
    const ports: number[] = [ready.addresses.http.port, ready.addresses.mysql.port];
    expect(await Promise.all(ports.map(answers))).toEqual([true, true]);
    expect(await stop('SIGINT')).toBe(130);
    expect(await Promise.all(ports.map(answers))).toEqual([false, false]);
  });
});

describe.skipIf(!['dig', 'curl', 'mariadb'].every(has))(
  'the lines of up (skipped: dig, curl or mariadb is not installed)',
  () => {
    it('work when they are pasted', async () => {
      const { text } = await up([], printed => printed.includes('Ctrl+C'));
      const pasted = (tool: string): string => {
        const line = linesOf(text).find(candidate => candidate.startsWith(`${tool} `));
        expect(line, `a line with ${tool} in:\n${text}`).toBeDefined();
        return String(spawnSync('sh', ['-c', line ?? '']).stdout);
      };
      expect(pasted('dig')).toMatch(/www\.foobar\.com\.\s+300\s+IN\s+A\s+8\.8\.8\.8/);
      expect(pasted('curl')).toMatch(/^HTTP\/1\.1 200 OK/);
      expect(pasted('mariadb')).toContain('entries');
      expect(text).toMatch(/web +on server-1 +8\.8\.8\.8:80 \(here 127\.0\.0\.1:\d+\)/);
    });
  },
);
