import { exitCodes } from './exit.ts';

/** Without listeners a closed pipe or a full disk would end the program with a stack trace. */
export const watchOutput = (): void => {
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`standard output cannot be written (${error.code ?? error.message})\n`);
    process.once('exit', () => {
      process.exitCode = exitCodes.failed;
    });
  });
};
