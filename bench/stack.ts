/** The running stack: its memory, the cost of a trace, and its parts beside the programs they stand for. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bringUp } from '../src/stack/bring-up.ts';
import { loopback } from '../src/stack/ports.ts';
import { installed, inTurns, ms, type Result, timeProcess } from './measure.ts';
import { cli } from './start.ts';

const rounds = 25;

export const benchTrace = async (): Promise<Result> => {
  const name = 'one traced request for a static file / curl';
  const curl = installed('curl');
  if (!curl) return { name, skipped: 'curl is not installed' };
  const stack = await bringUp({ engine: 'embedded' });
  try {
    const port = stack.status().find(({ part }) => part === 'web')?.here.port;
    const url = `http://${loopback}:${port}/style.css`;
    const traced = async (): Promise<number> => {
      stack.forget();
      const started = performance.now();
      await stack.request('/style.css');
      return performance.now() - started;
    };
    await traced();
    const [traceMs, curlMs] = await inTurns(rounds, traced, () =>
      timeProcess(curl, ['-s', '-o', '/dev/null', url]),
    );
    return {
      name,
      ratio: traceMs / curlMs,
      bound: { atMost: 2.5 },
      detail: `${ms(traceMs)} / ${ms(curlMs)}`,
    };
  } finally {
    await stack.down();
  }
};

/** Resident memory of the tutor, the guard and the four parts, from proc(5), in MB. */
export const benchMemory = async (env: Record<string, string>): Promise<Result> => {
  const name = 'resident memory of tutor, guard and parts / 400 MB';
  if (process.platform !== 'linux') return { name, skipped: 'needs /proc' };
  const child = spawn(process.execPath, [cli, 'up', '--json', '--engine', 'embedded'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise(resolve => child.stdout.once('data', resolve));
  const parts = family(child.pid ?? 0).map(pid => ({ name: nameOf(pid), megabytes: residentMegabytes(pid) }));
  const total = parts.reduce((sum, { megabytes }) => sum + megabytes, 0);
  await ended(child);
  const detail = parts.map(part => `${part.name} ${part.megabytes.toFixed(0)}`).join(', ');
  return { name, ratio: total / 400, bound: { atMost: 1 }, detail: `${total.toFixed(0)} MB: ${detail}` };
};

const family = (pid: number): number[] => {
  const children = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map(line => line.trim().split(/\s+/).map(Number))
    .flatMap(([child, parent]) => (parent === pid && child ? [child] : []))
    .filter(child => nameOf(child) !== 'ps');
  return [pid, ...children.flatMap(family)];
};

const nameOf = (pid: number): string => {
  try {
    const [, program = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      .split('\0')
      .filter(word => !word.startsWith('--'));
    return /(\w+)\.mjs$/.exec(program)?.[1] ?? 'ps';
  } catch {
    return 'ps';
  }
};

const residentMegabytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(join('/proc', String(pid), 'status'), 'utf8'))?.[1] ?? 0) /
  1024;

const ended = (child: ChildProcess): Promise<unknown> => {
  const exit = new Promise(resolve => child.once('exit', resolve));
  child.kill('SIGTERM');
  return exit;
};
