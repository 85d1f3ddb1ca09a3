import type { Challenge, Step } from '../course/model.ts';
import { type Grade, startTask, type TaskRun } from '../lab/challenge/run.ts';
import type { Stack } from '../stack/stack.ts';
import {
  challengeScore,
  commandsOf,
  goalWords,
  gradeWords,
  nearMissWords,
  noHint,
  taskHelp,
} from './challenge-words.ts';
import { inColumns } from './columns.ts';
import { notRun } from './consent.ts';
import { completions, isLeaving, runCancellable, runWritten } from './lab-prompt.ts';
import { markdownLines } from './markdown.ts';
import type { Room } from './section.ts';
import { hanging } from './text.ts';

export interface PlayedChallenge {
  step: Step;
  challenge: Challenge;
  /** When it was passed before, as a date. */
  before: string | undefined;
  onPassed(grade: Grade): Promise<void>;
}

/** `undefined` when the learner leaves without an answer. */
export type Outcome = 'passed' | 'not passed' | undefined;

/** Shows a challenge, and opens the prompt at which it is done. */
export const playChallenge = async (played: PlayedChallenge, room: Room): Promise<Outcome> => {
  const { console, mayRun } = room;
  const { challenge, before } = played;
  const say = (text: string, head = ''): void => console.out(...hanging(head, text, console.width));
  tellTask(played, room);
  if (before !== undefined) say(`You passed it on ${before}: p counts that.`);
  const keys = `Enter begins on the stack${before === undefined ? '' : ', p counts it as passed'}, n leaves it out with 0 points, q leaves`;
  for (;;) {
    const written = (await console.ask(`${keys}: `))?.trim().toLowerCase();
    if (written === undefined || written === 'q') return undefined;
    if (written === 'n') return 'not passed';
    if (written === 'p' && before !== undefined) return 'passed';
    if (written !== '') continue;
    if (mayRun && !(await mayRun())) {
      say(notRun);
      continue;
    }
    const outcome = await onStack(played, room);
    if (outcome === 'again') continue;
    if (outcome) console.out(...solutionLines(challenge, console.width));
    return outcome;
  }
};

const tellTask = ({ step, challenge }: PlayedChallenge, { console }: Room): void => {
  const { width } = console;
  for (const item of step.items)
    if (item.kind === 'text') console.out('', ...markdownLines(item.markdown, width));
  console.out('', 'Goals, measured on the running stack:', ...goalLines(challenge, undefined, width));
  console.out('', ...hanging('', challengeScore, width));
};

const goalLines = (challenge: Challenge, grade: Grade | undefined, width: number): string[] =>
  goalWords(challenge, grade, width - 4).flatMap(({ text, met, observed, details }) => [
    ...hanging('- ', met === undefined ? text : `${text}: ${met ? 'met' : 'NOT met'}`, width),
    ...(observed === undefined ? [] : hanging('    ', observed, width)),
    ...details.flatMap(of => hanging('    ', of, width)),
  ]);

const solutionLines = (challenge: Challenge, width: number): string[] => [
  '',
  'One way to do it:',
  ...commandsOf(challenge.solution).map(text => `  ${text}`),
  ...nearMissWords(challenge).flatMap(({ lesson, commands }) => [
    '',
    ...hanging('Nearly, and not enough: ', lesson, width),
    ...commands.map(text => `  ${text}`),
  ]),
];

/** With the prompt until it is passed, given up or left; `again`: it could not be set up. */
const onStack = async (played: PlayedChallenge, room: Room): Promise<Outcome | 'again'> => {
  const { console, signal, openStack } = room;
  const say = (text: string, head = ''): void => console.out(...hanging(head, text, console.width));
  let stack: Stack | undefined;
  let run: TaskRun | undefined;
  try {
    stack = await openStack();
    const on = stack;
    run = await begin(played.challenge, on, room);
    say('The task is set up. What you type acts on the running stack; "help" shows how. Besides:');
    console.out(...inColumns(Object.entries(taskHelp), console.width));
    return await atPrompt({ ...played, on, run }, room);
  } catch (error) {
    if (!isForeseen(error)) throw error;
    if (signal.aborted) return undefined;
    say(`That could not be run: ${error.message}`);
    return 'again';
  } finally {
    run?.end();
    // A fault that is part of a task is left behind for nobody.
    if (!signal.aborted) await stack?.reset().catch(() => {});
  }
};

const begin = (challenge: Challenge, stack: Stack, room: Room): Promise<TaskRun> =>
  runCancellable(room, signal => startTask(challenge, stack, signal, teller(room)));

const teller =
  ({ console }: Room) =>
  (progress: string): void =>
    console.out(...hanging('  ', progress, console.width));

interface AtPrompt extends PlayedChallenge {
  on: Stack;
  run: TaskRun;
}

const atPrompt = async ({ on, challenge, onPassed, ...given }: AtPrompt, room: Room): Promise<Outcome> => {
  const { console, signal } = room;
  const { out, width } = console;
  let { run } = given;
  let last: Grade | undefined;
  const words = Object.keys(taskHelp);
  while (!signal.aborted) {
    const line = await console.ask('task> ', input => completions(input, on, words));
    if (line === undefined || isLeaving(line)) return undefined;
    const written = line.trim().replace(/\s+/g, ' ');
    try {
      switch (written) {
        case 'give up':
          out('Given up: 0 points.');
          return 'not passed';
        case 'task':
          tellTask({ challenge, onPassed, ...given }, room);
          break;
        case 'goals':
          out(...goalLines(challenge, last, width));
          break;
        case 'hint':
          out(...hanging('Hint: ', (await runCancellable(room, of => run.hint(of))) ?? noHint, width));
          break;
        case 'reset':
          run.end();
          last = undefined;
          run = await begin(challenge, on, room);
          out('The task begins anew. Nothing that was measured before counts.');
          break;
        case 'grade': {
          const grade = await runCancellable(room, of => run.grade(of, teller(room)));
          last = grade;
          out('', gradeWords(grade), ...goalLines(challenge, grade, width));
          if (!grade.passed) break;
          await onPassed(grade);
          out('', 'It counts 1 point.');
          return 'passed';
        }
        case 'help':
          out(...inColumns(Object.entries(taskHelp), width));
          await runWritten(written, on, room);
          break;
        default:
          await runWritten(written, on, room, ({ observed }) => run.note(observed));
      }
    } catch (error) {
      if (!isForeseen(error)) throw error;
      if (signal.aborted) return undefined;
      out(...hanging('', error.message, width));
    }
  }
  return undefined;
};

// By name: importing the class would load what runs a stack.
const isForeseen = (error: unknown): error is Error => error instanceof Error && error.name === 'StackError';
