/** Kills tutors whose learner is in the private internet; of what runs there nothing may be left either. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { spawn as spawnPty } from '@lydell/node-pty';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processesOf } from './processes.ts';
import { named, present } from './stack/network/present.ts';
import { until } from './until.ts';

const cli = fileURLToPath(new URL('../dist/cli.mjs', import.meta.url));
const rounds = 20;
const args = [cli, 'shell', '--engine', 'embedded'];
// One in a process group, one in a session of its own, and one that knows no SIGTERM and no SIGHUP.
const script = `sleep 1000 & setsid sleep 1000 & sh -c 'trap "" TERM HUP; sleep 1000; sleep 1000' & echo inside; sleep 1000\n`;

let folder: string;
let env: Record<string, string>;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'kill-')));
  env = {
    ...(process.env as Record<string, string>),
    TMPDIR: folder,
    WEB_STACK_TUTOR_HOME: join(folder, 'home'),
    SHELL: '/bin/sh',
  };
  for (const name of ['CI', 'VITEST', 'NO_COLOR']) delete env[name];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Everybody works in the folder: the tutor, its parts, the makers of the namespaces, and what runs inside. */
const nothingRuns = (): Promise<void> => until(() => processesOf(folder).length === 0);

const runDirs = (): string[] => readdirSync(folder).filter(name => name.startsWith('wst-'));

const nothingIsLeftAfterTheNextStart = async (): Promise<void> => {
  const next = spawn(process.execPath, [cli, 'request', '/health', '--json'], { env, stdio: 'ignore' });
  await new Promise(resolve => next.once('exit', resolve));
  expect(runDirs()).toEqual([]);
};

const start = (): ChildProcess => {
  const child = spawn(process.execPath, args, { env, cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin?.on('error', () => {});
  child.stdin?.write(script);
  return child;
};

const untilInside = (child: ChildProcess): Promise<unknown> =>
  new Promise(resolve => child.stdout?.once('data', resolve));

const killed = async (child: ChildProcess): Promise<void> => {
  const exited = new Promise(resolve => child.once('exit', resolve));
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await exited;
};

/** By the first line of the list in the run directory; it may not have got that far. */
const killGuard = (): void => {
  for (const name of runDirs()) {
    const list = join(folder, name, 'pids');
    const pid = existsSync(list) ? Number.parseInt(readFileSync(list, 'utf8'), 10) : Number.NaN;
    try {
      if (pid > 1) process.kill(pid, 'SIGKILL');
    } catch {
      // It was faster.
    }
  }
};

describe.skipIf(!present)(`${named('a tutor that is killed')} with the private internet`, () => {
  it(`while it opens, ${rounds} times`, async () => {
    for (let round = 0; round < rounds; round++) {
      const child = start();
      await sleep(Math.random() * 1000);
      await killed(child);
      await nothingRuns();
    }
    await nothingIsLeftAfterTheNextStart();
  });

  it(`while somebody is inside, in a terminal, together with its guard, ${rounds} times`, async () => {
    for (let round = 0; round < rounds; round++) {
      const tutor = spawnPty(process.execPath, args, { cols: 80, rows: 24, env, cwd: folder });
      let screen = '';
      const exited = new Promise<void>(resolve => tutor.onExit(() => resolve()));
      tutor.onData(data => {
        screen += data;
      });
      await until(() => screen.includes('Try: dig'));
      tutor.write(script.replace('\n', '\r'));
      await sleep(Math.random() * 300);
      if (round % 2 === 0) killGuard();
      tutor.kill('SIGKILL');
      await exited;
      await nothingRuns();
    }
    await nothingIsLeftAfterTheNextStart();
  });

  it('leaves nothing when only its guard is killed, and then it ends', async () => {
    const child = start();
    await untilInside(child);
    killGuard();
    const exited = new Promise(resolve => child.once('exit', resolve));
    child.kill('SIGTERM');
    await exited;
    await nothingRuns();
    expect(runDirs()).toEqual([]);
  });

  it('leaves nothing when it is interrupted', async () => {
    const child = start();
    await untilInside(child);
    const exited = new Promise(resolve => child.once('exit', resolve));
    child.kill('SIGINT');
    expect(await exited).toBe(130);
    expect(processesOf(folder)).toEqual([]);
    expect(runDirs()).toEqual([]);
  });
});
