import { exitCodes } from './exit.ts';

/** The terminal is gone; SIGHUP says the same, sooner or later. */
export const hasHungUp = ({ code }: NodeJS.ErrnoException): boolean =>
  code === 'EIO' && process.stdout.isTTY === true;

/** Without listeners a closed pipe or a full disk would end the program with a stack trace. */
export const watchOutput = (): void => {
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || hasHungUp(error)) return;
    process.stderr.write(`standard output cannot be written (${error.code ?? error.message})\n`);
    process.once('exit', () => {
      process.exitCode = exitCodes.failed;
    });
  });
};
