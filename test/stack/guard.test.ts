import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startGuard } from '../../src/stack/guard.ts';
import { startTimeOf } from '../../src/stack/process-identity.ts';
import { createRunDirectory, leftovers, pidFile, sweep } from '../../src/stack/run-directory.ts';
import { StackError } from '../../src/stack/stack.ts';
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
  try {
    if (pid) process.kill(pid, 'SIGKILL');
  } catch {
    // It was quicker.
  }
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

describe('the end of the guard', () => {
  const start = async () => {
    const runDir = createRunDirectory();
    const guard = startGuard(runDir);
    const { pid } = await guard.spawn(
      { file: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'] },
      { cwd: runDir, output: join(runDir, 'output.log') },
    );
    const guardPid = Number.parseInt(readFileSync(pidFile(runDir), 'utf8'), 10);
    return { runDir, guard, guardPid, pid };
  };

  it('removes the run directory also when somebody has killed the guard before', async () => {
    const { runDir, guard, guardPid, pid } = await start();
    kill(guardPid);
    await until(() => alive([guardPid, pid]).length === 0);
    await guard.end();
    expect(existsSync(runDir)).toBe(false);
  });

  it.skipIf(process.platform === 'win32')('comes also when somebody has paused the guard', async () => {
    const { runDir, guard, guardPid, pid } = await start();
    process.kill(guardPid, 'SIGSTOP');
    await guard.end();
    expect(alive([guardPid, pid])).toEqual([]);
    expect(existsSync(runDir)).toBe(false);
  });

  it('removes what was written after it, when asked again', async () => {
    const { runDir, guard } = await start();
    await guard.end();
    mkdirSync(join(runDir, 'server-1'), { recursive: true });
    await guard.end();
    expect(existsSync(runDir)).toBe(false);
  });

  it('is waited for by a tutor that has nothing else to do than to see a process die', async () => {
    const file = fileURLToPath(new URL('./fixtures/waiting-tutor.ts', import.meta.url));
    const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', data => {
      output += data;
    });
    await new Promise(resolve => child.once('close', resolve));
    expect(output).toBe('SIGKILL\nended\n');
  });
});

describe('the run directory', () => {
  const temporary = process.env.TMPDIR;
  const current = process.cwd();

  afterEach(() => {
    process.env.TMPDIR = temporary;
    process.chdir(current);
  });

  it.skipIf(process.platform === 'win32')('has an absolute path although TMPDIR has none', () => {
    process.chdir(tmpdir());
    process.env.TMPDIR = '.';
    const dir = createRunDirectory();
    rmSync(dir, { recursive: true });
    expect(dir).toBe(join(process.cwd(), dir.split('/').at(-1) ?? ''));
  });

  it.skipIf(process.platform === 'win32')('says what to do where no folder is', () => {
    process.env.TMPDIR = join(tmpdir(), 'missing');
    expect(sweep()).toEqual([]);
    expect(createRunDirectory).toThrow(StackError);
    expect(createRunDirectory).toThrow(/missing \(ENOENT\): set TMPDIR/);
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

  it('leaves directories alone whose pid means something in another container', () => {
    const own = createRunDirectory();
    const [, , , space = ''] = /^wst-(\d+)-(\w+?)(?:-(\d+))?-\w+$/.exec(basename(own)) ?? [];
    const left = join(tmpdir(), `wst-4194300-1-${space && `${space}-`}test03`);
    const other = join(tmpdir(), 'wst-4194300-1-1-test03');
    for (const dir of [left, other]) mkdirSync(dir, { mode: 0o700 });
    try {
      expect(space === '').toBe(process.platform !== 'linux');
      expect(sweep()).toEqual([left]);
      expect(existsSync(other)).toBe(true);
    } finally {
      for (const dir of [own, left, other]) rmSync(dir, { recursive: true, force: true });
    }
  });

  it.skipIf(process.platform === 'win32')('never signals every process of the learner', () => {
    const dir = join(tmpdir(), 'wst-4194300-1-test04');
    mkdirSync(dir, { mode: 0o700 });
    writeFileSync(pidFile(dir), `1 ${startTimeOf(1)}\n`);
    const signals = vi.spyOn(process, 'kill').mockReturnValue(true);
    try {
      expect(sweep()).toContain(dir);
      expect(signals).not.toHaveBeenCalled();
    } finally {
      signals.mockRestore();
    }
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
