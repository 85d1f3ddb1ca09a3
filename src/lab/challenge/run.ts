import { randomUUID } from 'node:crypto';
import type { Stack } from '../../stack/stack.ts';
import type { TopologyName } from '../../stack/topology.ts';
import { judge } from '../judge.ts';
import type { Expectation, LabLine, Observed } from '../language.ts';
import { type LineResult, runLines } from '../run.ts';
import type { Goal } from './goal.ts';
import { type GoalGrade, gradeGoal } from './grade.ts';

/** A task on the running stack. */
export interface Task {
  stack: TopologyName;
  /** What is broken beforehand. */
  setup: readonly LabLine[];
  goals: readonly { text: string; goal: Goal }[];
  hints: readonly { when: Expectation; text: string }[];
}

/** What was measured at one grading. */
export interface Grade {
  /** Of the run that was graded: nothing that happened before it counts. */
  runId: string;
  /** ISO 8601. */
  at: string;
  passed: boolean;
  goals: readonly ({ text: string } & GoalGrade)[];
}

/** One try at a task, from a world in which nothing is left of what was before. */
export interface TaskRun {
  readonly id: string;
  /** What a command of the learner has observed. */
  note(observed: Observed): void;
  /**
   * Measures every goal, whatever the others gave. Once the stack was put back nothing is met any more: that would
   * undo what the task breaks. Throws StackError when it was cancelled.
   */
  grade(signal: AbortSignal, tell?: Tell): Promise<Grade>;
  /** The first hint that fits the state in which the stack is now, or what was measured last. */
  hint(signal: AbortSignal): Promise<string | undefined>;
  /** Nobody will ask for it again. */
  end(): void;
}

type Tell = (progress: string) => void;

/** Puts the world back and breaks what the task breaks. Throws StackError, also where that cannot be done. */
export const startTask = async (
  task: Task,
  stack: Stack,
  signal: AbortSignal,
  tell: Tell = () => {},
): Promise<TaskRun> => {
  tell('the stack is put back to the beginning');
  await stack.reset(task.stack);
  let begun = 0;
  const results = await runLines(task.setup, stack, {
    signal,
    // Not what: to find that out is the task.
    onStart: () => tell(`the task is set up, ${++begun} of ${task.setup.length}`),
  });
  if (signal.aborted) throw new TaskError('cancelled before the task was set up');
  const failed = results.find(({ ok }) => !ok);
  if (failed) throw new TaskError(`the task could not be set up: ${describeFailure(failed)}`);
  // What the breaking has left in caches and cookies is not the learner's.
  stack.forget();

  let undone = false;
  const unsubscribe = stack.subscribe(({ type }) => {
    undone ||= type === 'reset';
  });
  const id = randomUUID();
  const history: Observed[] = [];
  let last: Grade | undefined;
  return {
    id,
    note: observed => void history.push(observed),
    grade: async (given, progress = () => {}) => {
      const goals = await gradeGoals(task, stack, { signal: given, tell: progress, history }, () => undone);
      last = {
        runId: id,
        at: new Date().toISOString(),
        passed: goals.every(({ met }) => met),
        goals,
      };
      return last;
    },
    hint: async given => {
      const seen = [...(await quickLook(task, stack, given)), ...measured(last, history)];
      return task.hints.find(({ when }) => seen.some(observed => judge(when, observed).ok))?.text;
    },
    end: unsubscribe,
  };
};

type GoalOptions = Parameters<typeof gradeGoal>[2];

const gradeGoals = async (
  { goals }: Task,
  stack: Stack,
  options: GoalOptions,
  isUndone: () => boolean,
): Promise<Grade['goals']> => {
  const { signal, tell } = options;
  const graded: Grade['goals'][number][] = [];
  const add = (text: string, grade: GoalGrade): void => {
    // A command that was cancelled has observed that, and not the stack.
    if (signal.aborted) throw new TaskError('the grading was cancelled');
    graded.push({ text, ...(isUndone() ? wasUndone : grade) });
  };
  // Visitors of the learner's own would be measured along.
  await stack.currentLoad?.cancel();
  stack.forget();
  for (const [index, { text, goal }] of goals.entries()) {
    const place = goals.length > 1 ? `goal ${index + 1} of ${goals.length}: ` : '';
    const told = (progress: string): void => tell?.(`${place}${progress}`);
    told(text);
    if (isUndone()) add(text, wasUndone);
    else add(text, await gradeGoal(goal, stack, { ...options, tell: told }).catch(asGrade));
  }
  return graded;
};

const wasUndone: GoalGrade = {
  met: false,
  observed: 'the stack was put back in this run, and the task with it: start the task again',
};

const asGrade = (error: unknown): GoalGrade => {
  if (!(error instanceof Error && error.name === 'StackError')) throw error;
  return { met: false, observed: error.message };
};

/** What a new visitor gets, and what the goals ask that takes no time and changes nothing. */
const quickLook = async ({ goals }: Task, stack: Stack, signal: AbortSignal): Promise<Observed[]> => {
  stack.forget();
  const seen: Observed[] = [{ kind: 'request', trace: await stack.request('/guestbook', { signal }) }];
  for (const { goal } of goals) {
    if (goal.kind !== 'line' || !isQuick(goal.line)) continue;
    const observed = await goal.line.command.run(stack, signal);
    if (!judge(goal.line.expectation, observed).ok) seen.push(observed);
  }
  if (signal.aborted) throw new TaskError('cancelled');
  return seen;
};

const isQuick = ({ command: { name, source } }: LabLine): boolean =>
  ['request', 'resolve', 'logs', 'status'].includes(name) || /^sql\s+["']\s*(select|show)\b/i.test(source);

/** Of what takes long: what was measured at the last grading, or by the learner where that has measured none. */
const measured = (last: Grade | undefined, history: readonly Observed[]): Observed[] => {
  const graded = (last?.goals ?? []).flatMap(({ met, evidence }) => (evidence ? [{ met, evidence }] : []));
  const own = (['load', 'deploy', 'chaos'] as const).flatMap(kind =>
    graded.some(({ evidence }) => evidence.kind === kind)
      ? []
      : (history.findLast(observed => observed.kind === kind) ?? []),
  );
  const takesLong = ({ kind }: Observed): boolean => kind === 'load' || kind === 'deploy' || kind === 'chaos';
  return [...graded.flatMap(({ met, evidence }) => (met || !takesLong(evidence) ? [] : [evidence])), ...own];
};

class TaskError extends Error {
  // By the name that everybody looks for: importing the class would load everything that runs a stack.
  override name = 'StackError';
}

export const describeFailure = ({ line, expected, summary }: LineResult): string =>
  `${line.command.source}: expected ${expected ?? 'that it can be done'}, observed ${summary}`;
