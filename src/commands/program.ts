import { Command, CommanderError, Option } from 'commander';
import { defaultEngine, engineChoices } from '../stack/engine-choice.ts';
import { topologyNames } from '../stack/topology.ts';
import { registerCheck } from './check.ts';
import { chooseCourse } from './course.ts';
import { registerDoctor } from './doctor.ts';
import { exitCodes, type Outcome, UsageError } from './exit.ts';
import { registerExport } from './export.ts';
import { unknown } from './find.ts';
import { registerGlossary } from './glossary.ts';
import { registerHome } from './home.ts';
import { registerLab } from './lab.ts';
import { registerLearn } from './learn.ts';
import { registerProgress } from './progress.ts';
import { registerQuiz } from './quiz.ts';
import { registerRequest } from './request.ts';
import { registerReview } from './review.ts';
import { registerShell } from './shell.ts';
import { registerUp } from './up.ts';
import { version } from './version.ts';
import { useStack } from './with-stack.ts';

/** Reads one command line, does it, and returns its exit code. */
export const runProgram = async (args: readonly string[]): Promise<number> => {
  const outcome: Outcome = { code: exitCodes.done };
  const program = createProgram(outcome);
  try {
    mustBeKnown(args, program);
    await program.parseAsync(args, { from: 'user' });
    return outcome.code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCodes.done;
    throw new UsageError(usageMessage(error));
  }
};

const createProgram = (outcome: Outcome): Command => {
  const program = new Command('web-stack-tutor')
    .description('Learn how a website works by running one on your own machine, breaking it, and fixing it.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .option('--plain', 'plain lines instead of screens, for screen readers, pipes and logs')
    .addOption(
      new Option(
        '--engine <engine>',
        'web server and database: installed ones where they work (auto), or only the one kind',
      )
        .choices([...engineChoices])
        .default(defaultEngine),
    )
    .addOption(
      new Option('--topology <name>', 'what the stack begins as')
        .choices([...topologyNames])
        .default('one-server'),
    )
    .option('--course <dir>', 'learn with the course of this folder')
    .option('--yes', 'let the lab blocks of that course run without asking')
    .hook('preAction', command => {
      const { engine, topology, course, yes } = command.opts();
      useStack({ engine, topology });
      chooseCourse({ agreed: yes === true, ...(course !== undefined && { dir: course }) });
    })
    .configureHelp({ showGlobalOptions: true })
    // What is wrong is said once, by `messageOf`.
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  for (const register of [
    registerHome,
    registerLearn,
    registerQuiz,
    registerReview,
    registerGlossary,
    registerLab,
    registerRequest,
    registerUp,
    registerShell,
    registerCheck,
    registerProgress,
    registerExport,
    registerDoctor,
  ])
    register(program, outcome);
  return program;
};

const withValue = ['--engine', '--topology', '--course'];

/** Before the options are read: those of a mistyped command are not what is wrong. */
const mustBeKnown = (args: readonly string[], { commands }: Command, kind = 'command'): void => {
  const [name, ...rest] = args.filter(
    (word, i) => !word.startsWith('-') && !withValue.includes(args[i - 1] ?? ''),
  );
  if (name === undefined || commands.length === 0) return;
  const command = commands.find(candidate => candidate.name() === name);
  if (!command)
    throw unknown(
      kind,
      name,
      commands.map(candidate => candidate.name()),
    );
  mustBeKnown(rest, command, `command ${name}`);
};

const usageMessage = ({ code, message }: CommanderError): string => {
  const [first = '', ...more] = message.replace(/^error: /, '').split('\n');
  const what = code === 'commander.excessArguments' ? 'too many arguments' : first;
  const near = /^\(Did (.*)\)$/.exec(more.join(' '))?.[1];
  return `${what}: ${near ? `did ${near}` : 'web-stack-tutor --help shows what there is'}`;
};
