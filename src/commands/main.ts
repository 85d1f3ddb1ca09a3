import { Command, CommanderError } from 'commander';
import { registerCheck } from './check.ts';
import { registerDoctor } from './doctor.ts';
import { exitCodes, type Outcome, UsageError } from './exit.ts';
import { registerHome } from './home.ts';
import { registerLab } from './lab.ts';
import { registerLearn } from './learn.ts';
import { registerProgress } from './progress.ts';
import { registerQuiz } from './quiz.ts';
import { registerRequest } from './request.ts';
import { registerUp } from './up.ts';
import { version } from './version.ts';

/** Runs one command line and returns its exit code: 0 done, 1 did not hold, 2 wrong use, 130 interrupted. */
export const main = async (args: readonly string[]): Promise<number> => {
  const outcome: Outcome = { code: exitCodes.done };
  const program = new Command('web-stack-tutor')
    .description('Learn how a website works by running one on your own machine, breaking it, and fixing it.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .option('--plain', 'plain lines instead of screens (for screen readers, pipes and logs)')
    .showSuggestionAfterError()
    .exitOverride();
  for (const register of [
    registerHome,
    registerLearn,
    registerQuiz,
    registerLab,
    registerRequest,
    registerUp,
    registerCheck,
    registerProgress,
    registerDoctor,
  ])
    register(program, outcome);
  for (const command of program.commands) command.exitOverride();
  try {
    await program.parseAsync(args, { from: 'user' });
    return outcome.code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  }
};
