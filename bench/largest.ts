/** The largest topology beside the smallest. */
import { spawn } from 'node:child_process';
import { inTurns, ms, type Result } from './measure.ts';
import { cli } from './start.ts';

const rounds = 5;

/** Milliseconds until every part has answered. */
const timeToReady = (topology: string, env: Record<string, string>): Promise<number> =>
  new Promise(resolve => {
    const started = performance.now();
    let readyMs = 0;
    const child = spawn(
      process.execPath,
      [cli, 'up', '--json', '--engine', 'embedded', '--topology', topology],
      { env, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    child.stdout.once('data', () => {
      readyMs = performance.now() - started;
      child.kill('SIGTERM');
    });
    child.once('exit', () => resolve(readyMs));
  });

export const benchLargest = async (env: Record<string, string>): Promise<Result> => {
  for (const topology of ['one-server', 'mended', 'one-server', 'mended']) await timeToReady(topology, env);
  const [largestMs, oneMs] = await inTurns(
    rounds,
    () => timeToReady('mended', env),
    () => timeToReady('one-server', env),
  );
  return {
    name: 'largest topology ready / one-server ready',
    ratio: largestMs / oneMs,
    bound: { atMost: 4 },
    detail: `${ms(largestMs)} / ${ms(oneMs)}`,
  };
};
