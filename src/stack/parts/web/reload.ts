import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { StackError } from '../../stack.ts';
import type { Placement } from '../part.ts';
import { logFile } from './prepare.ts';

const deadlineMs = 3000;
const pollMs = 10;

/**
 * Reloads nginx and waits for its new workers. For about 100 ms old and new ones answer side by side, so whoever
 * asks at once might be told by the old configuration. What nginx does not accept changes nothing: then it throws
 * StackError with what the error log says.
 */
export const workersReplaced = async (at: Placement, pid: number, signal: () => void): Promise<void> => {
  const before = new Set(await workersOf(pid));
  const throwIfRefused = await refusalIn(at);
  signal();
  if (before.size === 0) return;
  const end = performance.now() + deadlineMs;
  while (performance.now() < end) {
    const workers = await workersOf(pid);
    if (workers.length > 0 && !workers.some(worker => before.has(worker))) return;
    await throwIfRefused();
    await sleep(pollMs);
  }
};

/**
 * Reloads the embedded server, which writes its pid file anew when it has read the configuration or refused it.
 * Throws StackError as above.
 */
export const pidFileWritten = async (at: Placement, _pid: number, signal: () => void): Promise<void> => {
  const file = join(at.dir, 'logs/nginx.pid');
  const written = async (): Promise<number> => (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
  const before = await written();
  const throwIfRefused = await refusalIn(at);
  signal();
  const end = performance.now() + deadlineMs;
  while ((await written()) === before && performance.now() < end) await sleep(pollMs);
  await throwIfRefused();
};

/** Looks from now on whether the error log says why a configuration is not accepted. */
const refusalIn = async (at: Placement): Promise<() => Promise<void>> => {
  const errors = logFile(at, 'error');
  const read = (await stat(errors).catch(() => undefined))?.size ?? 0;
  return async () => {
    const [, why] = /\[emerg\] (?:\d+#\d+: )?(.*)/.exec(await textFrom(errors, read)) ?? [];
    if (why !== undefined) throw new StackError(`${at.plan.id} goes on with its old configuration: ${why}`);
  };
};

const textFrom = async (file: string, position: number): Promise<string> =>
  (await readFile(file).catch(() => Buffer.alloc(0))).subarray(position).toString();

/** Pids of the workers that accept connections; nginx calls the others `worker process is shutting down`. */
const workersOf = async (master: number): Promise<number[]> => {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,args=']).catch(() => ({
    stdout: '',
  }));
  return stdout.split('\n').flatMap(line => {
    const [, pid, parent, args = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(parent) === master && /worker process\s*$/.test(args) ? [Number(pid)] : [];
  });
};
