import { execFileSync, spawn } from 'node:child_process';

/** One line of the report: a ratio of two things measured in the same run, and what it may be. */
export interface Ratio {
  name: string;
  ratio: number;
  bound: { atMost: number } | { atLeast: number };
  /** The two measurements, for people. */
  detail: string;
}

export type Result = Ratio | { name: string; skipped: string };

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

/** Runs the two in turns, so that whatever else the machine does meets both; returns the medians. */
export const inTurns = async (
  rounds: number,
  one: () => Promise<number>,
  other: () => Promise<number>,
): Promise<[number, number]> => {
  const ones: number[] = [];
  const others: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ones.push(await one());
    others.push(await other());
  }
  return [median(ones), median(others)];
};

/** Milliseconds that a whole process takes. */
export const timeProcess = (file: string, args: readonly string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(file, args, { stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', () => resolve(performance.now() - started));
  });

export const timeNode = (): Promise<number> => timeProcess(process.execPath, ['-e', '0']);

export const installed = (program: string): string | undefined => {
  try {
    return execFileSync('sh', ['-c', 'PATH="$PATH:/usr/sbin:/sbin" command -v "$1"', 'sh', program], {
      encoding: 'utf8',
    }).trim();
  } catch {
    return undefined;
  }
};

export const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
