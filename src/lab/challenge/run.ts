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
  /** Measures every goal, whatever the others gave. Throws StackError when it was cancelled. */
  grade(signal: AbortSignal, tell?: (progress: string) => void): Promise<Grade>;
  /** The first hint that fits the state in which the stack is now. */
  hint(): Promise<string | undefined>;
}

/** Puts the world back and breaks what the task breaks. Throws StackError, also where that cannot be done. */
export const startTask = async (task: Task, stack: Stack, signal: AbortSignal): Promise<TaskRun> => {
  await stack.reset(task.stack);
  const [failed] = (await runLines(task.setup, stack, { signal })).filter(({ ok }) => !ok);
  if (failed) throw new SetupError(`the task could not be set up: ${describeFailure(failed)}`);
  // What the breaking has left in caches and cookies is not the learner's.
  stack.forget();

  const id = randomUUID();
  const history: Observed[] = [];
  let last: Grade | undefined;
  return {
    id,
    note: observed => void history.push(observed),
    grade: async (given, tell) => {
      // Visitors of the learner's own would be measured along.
      await stack.currentLoad?.cancel();
      stack.forget();
      const goals: Grade['goals'][number][] = [];
      for (const { text, goal } of task.goals) {
        given.throwIfAborted();
        const grade = await gradeGoal(goal, stack, { signal: given, tell, history }).catch(error => {
          if (given.aborted || !isForeseen(error)) throw error;
          return { met: false, observed: (error as Error).message };
        });
        goals.push({ text, ...grade });
      }
      last = {
        runId: id,
        at: new Date().toISOString(),
        passed: goals.every(({ met }) => met),
        goals,
      };
      return last;
    },
    hint: async () => {
      const seen: Observed[] = [
        { kind: 'request', trace: await stack.request('/guestbook') },
        ...(last?.goals.flatMap(({ met, evidence }) => (met || !evidence ? [] : [evidence])) ?? []),
      ];
      return task.hints.find(({ when }) => seen.some(observed => judge(when, observed).ok))?.text;
    },
  };
};

class SetupError extends Error {
  // By the name that everybody looks for: importing the class would load everything that runs a stack.
  override name = 'StackError';
}

const isForeseen = (error: unknown): boolean => error instanceof Error && error.name === 'StackError';

export const describeFailure = ({ line, expected, summary }: LineResult): string =>
  `${line.command.source}: expected ${expected ?? 'that it can be done'}, observed ${summary}`;
