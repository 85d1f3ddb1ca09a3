import { tellReady } from './readiness.ts';

/**
 * The life of an embedded part's process: ends on SIGTERM and when standard input closes (its guard is gone,
 * on every system), and turns every failure into one line on standard error and exit code 1.
 */
export const runPart = (
  name: string,
  start: () => Promise<{ close(): Promise<void> | void; reload?(): Promise<void> | void }>,
): void => {
  const fail = (error: unknown): never => {
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  // Standard input is a pipe that only the guard holds; in a terminal or from /dev/null it says nothing.
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
  process.stdin.on('error', () => process.exit(0));
  void start().then(part => {
    tellReady();
    const end = async () => {
      await part.close();
      process.exit(0);
    };
    process.on('SIGTERM', () => void end());
    process.on('SIGINT', () => void end());
    if (part.reload) {
      const reload = part.reload.bind(part);
      process.on('SIGHUP', () => void Promise.resolve(reload()).catch(() => {}));
    }
  }, fail);
};
