/** Nothing of the largest stack under load outlives the tutor. */
import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startTimeOf } from '../../src/stack/process-identity.ts';
import { sweep } from '../../src/stack/run-directory.ts';
import { until } from '../until.ts';
import { stackCases } from './engine-cases.ts';

const fixture = fileURLToPath(new URL('./fixtures/mended-tutor.ts', import.meta.url));

const alive = (pids: readonly number[]): number[] => pids.filter(pid => startTimeOf(pid) !== undefined);

const kill = (pid: number | undefined): void => {
  try {
    if (pid) process.kill(pid, 'SIGKILL');
  } catch {
    // It was quicker.
  }
};

const withTutor = async (
  engine: string,
  use: (tutor: { pid: number | undefined; runDir: string; pids: number[]; guard: number }) => Promise<void>,
): Promise<void> => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', fixture, engine], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const told = await new Promise<string>(resolve => child.stdout.once('data', data => resolve(String(data))));
  const { runDir, pids } = JSON.parse(told) as { runDir: string; pids: number[] };
  try {
    await use({ pid: child.pid, runDir, pids, guard: pids[0] as number });
  } finally {
    child.kill('SIGKILL');
    for (const pid of alive(pids)) kill(pid);
    rmSync(runDir, { recursive: true, force: true });
  }
};

for (const { name, engine, present } of stackCases)
  describe.skipIf(!present)(`${name} engines`, () => {
    it('goes when the tutor is killed', () =>
      withTutor(engine, async ({ pid, runDir, pids }) => {
        // Fifteen parts, the guard and the visitors.
        expect(alive(pids).length).toBeGreaterThanOrEqual(17);
        kill(pid);
        await until(() => alive(pids).length === 0 && !existsSync(runDir));
      }));

    it.skipIf(process.platform !== 'linux')('goes when tutor and guard are killed at once', () =>
      withTutor(engine, async ({ pid, runDir, pids, guard }) => {
        kill(guard);
        kill(pid);
        await until(() => alive(pids).length === 0);
        sweep();
        expect(existsSync(runDir)).toBe(false);
      }),
    );
  });
