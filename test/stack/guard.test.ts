import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { startTimeOf } from '../../src/stack/process-identity.ts';
import { leftovers, pidFile, sweep } from '../../src/stack/run-directory.ts';
import { until } from '../until.ts';

interface Tutor {
  process: ChildProcess;
  runDir: string;
  pids: number[];
  guard: number;
}

const tutors: Tutor[] = [];

const startTutor = async (): Promise<Tutor> => {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./fixtures/tutor.ts', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>(resolve => child.stdout.once('data', data => resolve(String(data))));
  const { runDir, pids } = JSON.parse(line) as { runDir: string; pids: number[] };
  const guard = Number(readFileSync(pidFile(runDir), 'utf8').split(' ')[0]);
  const tutor = { process: child, runDir, pids, guard };
  tutors.push(tutor);
  return tutor;
};

const alive = (pids: readonly number[]): number[] => pids.filter(pid => startTimeOf(pid) !== undefined);

const kill = (pid: number | undefined): void => {
  if (pid) process.kill(pid, 'SIGKILL');
};

afterEach(() => {
  for (const { process: child, pids, guard, runDir } of tutors.splice(0)) {
    child.kill('SIGKILL');
    for (const pid of alive([guard, ...pids])) kill(pid);
    rmSync(runDir, { recursive: true, force: true });
  }
});

describe('the guard', () => {
  it('stops everything and removes the run directory when the tutor is killed', async () => {
    const { process: child, pids, guard, runDir } = await startTutor();
    expect(alive(pids)).toEqual(pids);
    kill(child.pid);
    await until(() => alive([guard, ...pids]).length === 0 && !existsSync(runDir));
  });

  it('takes its processes along when it is killed itself, even a paused one', async () => {
    const { pids, guard } = await startTutor();
    kill(guard);
    // Without prctl(2) a paused process cannot notice; the next start sweeps it.
    const mortal = process.platform === 'linux' ? pids : pids.slice(0, 2);
    await until(() => alive(mortal).length === 0);
  });

  it('leaves at most a directory that the next start removes when tutor and guard are killed at once', async () => {
    const { process: child, pids, guard, runDir } = await startTutor();
    kill(guard);
    kill(child.pid);
    await until(() => startTimeOf(child.pid ?? 0) === undefined);
    expect(leftovers()).toContain(runDir);
    expect(sweep()).toContain(runDir);
    expect(existsSync(runDir)).toBe(false);
    await until(() => alive(pids).length === 0);
  });
});

describe('the sweep', () => {
  it('leaves the directory of a running tutor alone', async () => {
    const { process: child, runDir, pids } = await startTutor();
    expect(sweep()).not.toContain(runDir);
    expect(existsSync(runDir)).toBe(true);
    expect(alive(pids)).toEqual(pids);
    kill(child.pid);
  });

  it('ends no process whose pid was given away again', () => {
    const dir = join(tmpdir(), 'wst-4194300-1-test01');
    mkdirSync(dir, { mode: 0o700 });
    writeFileSync(pidFile(dir), `${process.pid} 1\n`);
    expect(sweep()).toContain(dir);
    expect(existsSync(dir)).toBe(false);
  });

  it('does not follow a link', () => {
    const link = join(tmpdir(), 'wst-4194300-1-test02');
    const target = join(tmpdir(), 'wst-test-target');
    mkdirSync(target, { recursive: true });
    symlinkSync(target, link);
    try {
      expect(sweep()).not.toContain(link);
      expect(existsSync(target)).toBe(true);
    } finally {
      rmSync(link);
      rmSync(target, { recursive: true });
    }
  });
});
