import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The built program; `npm test` builds it first. */
export const cli = fileURLToPath(new URL('../../dist/cli.mjs', import.meta.url));

if (!existsSync(cli)) throw new Error(`${cli} is missing: npm run build`);

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  input?: string;
  nodeArgs?: string[];
  node?: string;
  cwd?: string;
  env?: Record<string, string>;
  /** Called with all that the program has printed so far, on each of its outputs. */
  onOutput?: (stdout: string, child: ChildProcess) => void;
}

/** Runs the program without a terminal, to its end. */
export const run = (args: readonly string[], options: RunOptions = {}): Promise<Ran> => {
  const { input = '', nodeArgs = [], node = process.execPath, cwd = root, env = {}, onOutput } = options;
  const child = spawn(node, [...nodeArgs, cli, ...args], { cwd, env: { ...process.env, ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', data => {
    stdout += data;
    onOutput?.(stdout, child);
  });
  child.stderr.on('data', data => {
    stderr += data;
  });
  // A program that is over before it has read its input is no fault of the test.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => resolve({ code, stdout, stderr }));
  });
};

export const linesOf = (text: string): string[] => text.split('\n').filter(Boolean);
