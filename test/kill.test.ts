/** Kills tutors with SIGKILL at random moments; what a killed tutor leaves behind must be nothing. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { spawn as spawnPty } from '@lydell/node-pty';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processesOf } from './processes.ts';
import { stackCases } from './stack/engine-cases.ts';
import { until } from './until.ts';

const cli = fileURLToPath(new URL('../dist/cli.mjs', import.meta.url));
const rounds = 20;

let folder: string;
let env: Record<string, string>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kill-'));
  env = {
    ...(process.env as Record<string, string>),
    TMPDIR: folder,
    WEB_STACK_TUTOR_HOME: join(folder, 'home'),
  };
  for (const name of ['CI', 'VITEST', 'NO_COLOR']) delete env[name];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const processes = (): string[] => processesOf(folder);

const runDirs = (): string[] => readdirSync(folder).filter(name => name.startsWith('wst-'));

const start = (...args: string[]): ChildProcess =>
  spawn(process.execPath, [cli, ...args], { env, stdio: ['pipe', 'pipe', 'ignore'] });

const killed = async (child: ChildProcess): Promise<void> => {
  const exited = new Promise(resolve => child.once('exit', resolve));
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await exited;
};

const firstOutput = (child: ChildProcess): Promise<string> =>
  new Promise(resolve => child.stdout?.once('data', data => resolve(String(data))));

const nothingRuns = () => until(() => processes().length === 0);

const nothingIsLeftAfterTheNextStart = async (): Promise<void> => {
  const next = start('request', '/health', '--json');
  await new Promise(resolve => next.once('exit', resolve));
  expect(runDirs()).toEqual([]);
};

/** By the first line of the list that it keeps; it may not have got that far. */
const guard = (): number | undefined => {
  for (const name of runDirs()) {
    const list = join(folder, name, 'pids');
    if (existsSync(list)) return Number.parseInt(readFileSync(list, 'utf8'), 10) || undefined;
  }
  return undefined;
};

const kill = (pid: number | undefined): void => {
  try {
    if (pid) process.kill(pid, 'SIGKILL');
  } catch {
    // It was faster.
  }
};

const linux = process.platform === 'linux';

describe.each(stackCases)('a tutor that is killed: $name', ({ engine, present }) => {
  // Twenty starts, on a machine that may be busy with others.
  describe.skipIf(!linux || !present)('(skipped without /proc)', { timeout: 300_000 }, () => {
    it(`while it starts, ${rounds} times`, async () => {
      for (let round = 0; round < rounds; round++) {
        const child = start('up', '--json', '--engine', engine);
        await sleep(Math.random() * 600);
        await killed(child);
        await nothingRuns();
      }
      await nothingIsLeftAfterTheNextStart();
    });

    it(`while requests are under way, ${rounds} times`, async () => {
      for (let round = 0; round < rounds; round++) {
        const child = start('lab', '--run', '-', '--json', '--engine', engine);
        child.stdin?.end('request /guestbook\n'.repeat(50));
        await firstOutput(child);
        await sleep(Math.random() * 200);
        await killed(child);
        await nothingRuns();
      }
      await nothingIsLeftAfterTheNextStart();
    });

    it(`while it stops, ${rounds} times`, async () => {
      for (let round = 0; round < rounds; round++) {
        const child = start('up', '--json', '--engine', engine);
        expect(await firstOutput(child)).toContain('"ready":true');
        child.kill('SIGTERM');
        await sleep(Math.random() * 60);
        await killed(child);
        await nothingRuns();
      }
      await nothingIsLeftAfterTheNextStart();
    });

    it(`together with its guard, ${rounds} times`, async () => {
      for (let round = 0; round < rounds; round++) {
        const child = start('up', '--json', '--engine', engine);
        await sleep(Math.random() * 800);
        kill(guard());
        await killed(child);
        await nothingRuns();
      }
      await nothingIsLeftAfterTheNextStart();
    });
  });
});

describe.skipIf(!linux)('a tutor that is killed (skipped: needs /proc)', { timeout: 300_000 }, () => {
  it(`in a lesson, ${rounds} times, with its progress kept`, async () => {
    for (let round = 0; round < rounds; round++) {
      const tutor = spawnPty(process.execPath, [cli, 'learn', 'user-story'], { cols: 80, rows: 24, env });
      let screen = '';
      const exited = new Promise<void>(resolve => tutor.onExit(() => resolve()));
      tutor.onData(data => {
        screen += data;
      });
      await until(() => screen.includes('A user wants a page'));
      const file = join(folder, 'home', 'progress.json');
      await until(() => existsSync(file) && readFileSync(file, 'utf8').includes('"want"'));
      tutor.write('\r');
      await sleep(Math.random() * 800);
      tutor.kill('SIGKILL');
      await exited;
      await nothingRuns();
      expect(readFileSync(file, 'utf8')).toContain('"want"');
    }
    await nothingIsLeftAfterTheNextStart();
  });
});
