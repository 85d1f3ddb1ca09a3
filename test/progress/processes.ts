import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';

const cleanups: (() => void)[] = [];

afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

/** Removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'progress-test-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Run {
  child: ChildProcess;
  /** Its standard output so far. */
  lines: string[];
  /** Resolves with the first `count` lines. */
  printed(count: number): Promise<string[]>;
  /** Resolves with the exit code, or the signal's name. */
  ended: Promise<number | string>;
}

/** A script of this folder in a process of its own; killed after the test. */
export function run(script: string, args: string[], env: NodeJS.ProcessEnv = {}, shell?: string): Run {
  const command = [process.execPath, fileURLToPath(new URL(script, import.meta.url)), ...args];
  const [file = '', ...rest] =
    shell === undefined ? command : ['sh', '-c', `${shell}; exec "$@"`, 'sh', ...command];
  const child = spawn(file, rest, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
  cleanups.push(() => child.kill('SIGKILL'));
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout });
  output.on('line', line => lines.push(line));
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  const printed = async (count: number) => {
    while (lines.length < count) {
      await Promise.race([
        once(output, 'line'),
        ended.then(how => {
          if (lines.length < count) throw new Error(`${script} ended (${how}) after ${lines.length} lines`);
        }),
      ]);
    }
    return lines.slice(0, count);
  };
  return { child, lines, printed, ended };
}
