/** Nothing of nginx or MariaDB outlives the tutor, although neither notices that its standard input closes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { leftovers, pidFile, sweep } from '../../src/stack/run-directory.ts';
import { processesOf } from '../processes.ts';
import { until } from '../until.ts';
import { stackCases } from './engine-cases.ts';

const installed = stackCases.filter(({ engine }) => engine === 'installed');

interface Tutor {
  process: ChildProcess;
  runDir: string;
  guard: number;
  pids: Record<'dns' | 'web' | 'app' | 'db', number>;
}

const tutors: Tutor[] = [];

const startTutor = async (): Promise<Tutor> => {
  const file = fileURLToPath(new URL('./fixtures/installed-tutor.ts', import.meta.url));
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise<string>(resolve => child.stdout.once('data', data => resolve(String(data))));
  const { runDir, pids } = JSON.parse(line) as Pick<Tutor, 'runDir' | 'pids'>;
  const guard = Number.parseInt(readFileSync(pidFile(runDir), 'utf8'), 10);
  const tutor = { process: child, runDir, pids, guard };
  tutors.push(tutor);
  return tutor;
};

const kill = (pid: number | undefined): void => {
  try {
    if (pid) process.kill(pid, 'SIGKILL');
  } catch {
    // It was quicker.
  }
};

const workers = (runDir: string): string[] =>
  processesOf(runDir).filter(line => line.includes('nginx: worker process'));

const nothingRuns = (runDir: string): Promise<void> => until(() => processesOf(runDir).length === 0);

afterEach(() => {
  for (const { process: child, runDir } of tutors.splice(0)) {
    child.kill('SIGKILL');
    for (const line of processesOf(runDir)) kill(Number.parseInt(line, 10));
    rmSync(runDir, { recursive: true, force: true });
  }
});

describe.each(installed)('the guard of $name engines', ({ present }) => {
  describe.skipIf(!present || process.platform !== 'linux')('on Linux', () => {
    it('stops everything when the tutor is killed', async () => {
      const { process: child, runDir } = await startTutor();
      expect(workers(runDir)).not.toEqual([]);
      kill(child.pid);
      await until(() => !existsSync(runDir));
      await nothingRuns(runDir);
    });

    it('takes nginx with its workers and MariaDB along when it is killed together with the tutor', async () => {
      const { process: child, guard, runDir } = await startTutor();
      expect(workers(runDir)).not.toEqual([]);
      kill(child.pid);
      kill(guard);
      await nothingRuns(runDir);
      await until(() => leftovers().includes(runDir));
      expect(sweep()).toContain(runDir);
    });

    it('is replaced by the tutor when it is killed, and a paused nginx ends too', async () => {
      const { pids, guard, runDir } = await startTutor();
      process.kill(-pids.web, 'SIGSTOP');
      process.kill(-pids.db, 'SIGSTOP');
      kill(guard);
      await nothingRuns(runDir);
    });

    it('leaves at most a paused nginx, which the next start ends, when it is killed together with the tutor', async () => {
      const { process: child, pids, guard, runDir } = await startTutor();
      process.kill(-pids.web, 'SIGSTOP');
      kill(child.pid);
      kill(guard);
      await until(() => processesOf(runDir).every(line => line.includes('nginx')));
      await until(() => leftovers().includes(runDir));
      expect(sweep()).toContain(runDir);
      await nothingRuns(runDir);
    });

    it('ends the workers of an nginx whose master is killed', async () => {
      const { pids, runDir } = await startTutor();
      kill(pids.web);
      await until(() => processesOf(runDir).every(line => !line.includes('nginx')));
    });
  });
});
