import { spawn, type spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { asNobody, canBeNobody } from '../nobody.ts';
import { processesOf } from '../processes.ts';
import { named, present } from '../stack/network/present.ts';
import { cli, linesOf, run } from './cli.ts';

const [setpriv, ...nobody] = asNobody;

const shell = (input: string, env: Record<string, string> = {}) =>
  run(['shell', '--engine', 'embedded'], { input, env: { SHELL: '/bin/sh', ...env } });

describe.skipIf(!present)(named('shell without a terminal'), () => {
  it('runs its standard input inside, and ends as that does', async () => {
    const { code, stdout } = await shell(
      'dig +short www.foobar.com\ncurl -sS https://www.foobar.com/health\nexit 7\n',
    );
    expect({ code, stdout }).toEqual({ code: 7, stdout: '8.8.8.8\nok\n' });
  });

  it('says how a signal has ended it', async () => {
    expect((await shell('kill -TERM $$')).code).toBe(128 + 15);
  });

  it('takes what was left running along', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'left-'));
    const { stdout } = await shell(`cd ${folder}; sleep 1000 & setsid sleep 1000 & pwd; exit`);
    expect(stdout).toBe(`${folder}\n`);
    expect(processesOf(folder)).toEqual([]);
  });

  it('ends with the tutor', async () => {
    const { code } = await run(['shell', '--engine', 'embedded'], {
      input: 'echo here; sleep 1000',
      onOutput: (_stdout, child) => child.kill('SIGTERM'),
    });
    expect(code).toBe(130);
  });
});

it.skipIf(process.platform !== 'linux')(
  'shell says in one sentence why it is refused, and what works instead',
  async () => {
    const { code, stderr } = await shell('echo never', { WEB_STACK_TUTOR_PROGRAMS: tmpdir() });
    expect(code).toBe(1);
    const [last] = linesOf(stderr).slice(-1);
    expect(last).toMatch(/^there is no private internet here: it needs unshare,.*web-stack-tutor up/);
  },
);

describe.skipIf(!present || !canBeNobody)(
  `${named('an ordinary user')}${canBeNobody ? '' : ' (skipped: needs root, to become one)'}`,
  () => {
    let folder: string | undefined;
    afterEach(() => folder && rmSync(folder, { recursive: true, force: true }));

    it('gets a shell with their own name and without capabilities', async () => {
      // Not in the folder of this test, which belongs to somebody else.
      folder = mkdtempSync('/tmp/ordinary-');
      chmodSync(folder, 0o777);
      const child = spawn(setpriv, [...nobody, process.execPath, cli, 'shell', '--engine', 'embedded'], {
        env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, SHELL: '/bin/sh' },
        cwd: folder,
      });
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', data => {
        stdout += data;
      });
      child.stderr.on('data', data => {
        stderr += data;
      });
      child.stdin.end(
        'id -u; pwd; dig +short www.foobar.com; curl -sS https://www.foobar.com/health; grep ^Cap /proc/self/status | cut -f2 | sort -u; touch own; ip route\n',
      );
      const code = await new Promise<number | null>(resolve => child.once('close', resolve));
      expect({ code, stderr: linesOf(stderr).slice(1) }).toEqual({ code: 0, stderr: [] });
      expect(linesOf(stdout)).toEqual(['65534', folder, '8.8.8.8', 'ok', '0'.repeat(16)]);
    });
  },
);

describe.skipIf(!present)(named('up --network private'), () => {
  it('prints the line that enters it from another terminal', async () => {
    let entered: ReturnType<typeof spawnSync> | undefined;
    const { code, stdout } = await run(['up', '--json', '--network', 'private', '--engine', 'embedded'], {
      onOutput: (printed, child) => {
        if (entered || !printed.includes('\n')) return;
        const { enter } = JSON.parse(printed) as { enter: string };
        // A tutor that answers connections must not be kept waiting: the line runs beside it.
        const other = spawn('sh', ['-c', enter], { env: { ...process.env, SHELL: '/bin/sh' } });
        let said = '';
        other.stdout.on('data', data => {
          said += data;
        });
        other.stdin.end(
          'curl -sS https://www.foobar.com/health; pwd; grep ^CapBnd /proc/self/status | cut -f2',
        );
        entered = { stdout: '' } as never;
        other.once('close', () => {
          entered = { stdout: said } as never;
          child.kill('SIGINT');
        });
      },
    });
    expect(code).toBe(130);
    expect(JSON.parse(stdout).enter).toContain('nsenter');
    expect(linesOf(String(entered?.stdout))).toEqual(['ok', process.cwd(), '0'.repeat(16)]);
  });

  it('ends with one sentence where it is refused', async () => {
    const { code, stderr, stdout } = await run(['up', '--network', 'private', '--engine', 'embedded'], {
      env: { WEB_STACK_TUTOR_PROGRAMS: tmpdir() },
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(linesOf(stderr).at(-1)).toContain('there is no private internet here');
  });
});

it('lab --network loopback keeps it closed, and refuses an unknown one', async () => {
  expect((await run(['lab', '--run', '-', '--network', 'loopback'], { input: 'status' })).code).toBe(0);
  expect((await run(['lab', '--run', '-', '--network', 'moon'], { input: 'status' })).code).toBe(2);
});
