import { type ChildProcess, spawn } from 'node:child_process';
import { cli } from './cli.ts';

export interface Up {
  /** All that it has printed when it was ready. */
  text: string;
  /** Resolves to its exit code. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

const running = new Set<ChildProcess>();

/** Starts `up` and waits until `complete` holds for its output. */
export const startUp = async (
  args: string[],
  complete: (text: string) => boolean,
  env: Record<string, string> = {},
): Promise<Up> => {
  const child = spawn(process.execPath, [cli, 'up', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  running.add(child);
  const exited = new Promise<number | null>(resolve => child.once('close', resolve));
  void exited.then(() => running.delete(child));
  let text = '';
  let said = '';
  child.stderr.on('data', data => {
    said += data;
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', data => {
      text += data;
      if (complete(text)) resolve();
    });
    void exited.then(code => reject(new Error(`up ended with ${code}: ${said}`)));
  });
  const stop = (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return exited;
  };
  return { text, stop };
};

/** Ends what a test has left running. */
export const stopUps = async (): Promise<void> => {
  await Promise.all(
    [...running].map(child => {
      const gone = new Promise(resolve => child.once('close', resolve));
      child.kill('SIGTERM');
      return gone;
    }),
  );
};
