import { exitCodes, UsageError } from './exit.ts';
import { watchOutput } from './output.ts';
import { isTerminal, startScreens } from './screens.ts';

/** Runs one command line and returns its exit code: 0 done, 1 did not hold, 2 wrong use, 130 interrupted. */
export const main = async (args: readonly string[]): Promise<number> => {
  watchOutput();
  try {
    // The home screen comes without waiting for the parser of command lines.
    if (args.length === 0 && isTerminal()) return await startScreens({ name: 'home' });
    const { runProgram } = await import('./program.ts');
    return await runProgram(args);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  }
};

/** A sentence; an error that nobody has foreseen shows where it happened, too. */
const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return isForeseen(error) ? error.message : `web-stack-tutor has a fault, please report it: ${error.stack}`;
};

/** By name, because importing the class would load what runs a stack; codes such as ENOENT are the system's. */
const isForeseen = (error: Error): boolean =>
  error instanceof UsageError ||
  error.name === 'StackError' ||
  ('code' in error && typeof error.code === 'string' && /^E[A-Z]+$/.test(error.code));
