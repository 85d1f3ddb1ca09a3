import type { Challenge } from '../course/model.ts';
import type { Grade } from '../lab/challenge/run.ts';
import { details } from '../lab/observed.ts';
import { clean } from './line.ts';

/** How it counts, said before it is begun. */
export const challengeScore =
  'Once all of them are met it is worth 1 point, however often you grade. Given up or left out it is worth none.';

/** What can be entered at the prompt besides the lab language. */
export const taskHelp = {
  goals: 'shows the goals, and what was measured last',
  hint: 'looks at the stack and says what may help',
  grade: 'measures every goal on the running stack',
  reset: 'puts the stack back and begins the task anew',
  task: 'shows the text of the task',
  'give up': 'ends it with 0 points, and shows a solution',
} as const;

export type TaskWordName = keyof typeof taskHelp;

export const noHint = 'Nothing to say about this state. "grade" measures how far it is.';

interface GoalWords {
  text: string;
  /** Nothing while it was not measured. */
  met?: boolean;
  /** What was measured, in a line. */
  observed?: string;
  /** The lines behind it, of a goal that is not met. */
  details: string[];
}

/** The goals, and what came of each at the last grading. */
export const goalWords = ({ goals }: Challenge, grade: Grade | undefined, width: number): GoalWords[] =>
  goals.map(({ text }, index) => {
    const of = grade?.goals[index];
    return {
      text: clean(text),
      ...(of && { met: of.met, observed: clean(of.observed) }),
      details: of?.evidence && !of.met ? details(of.evidence, width).map(clean) : [],
    };
  });

export const gradeWords = ({ goals, passed }: Grade): string => {
  const met = goals.filter(goal => goal.met).length;
  return passed ? 'Passed: all goals are met.' : `Not yet: ${met} of ${goals.length} met.`;
};

/** What a grading has measured, by goal; as it is kept with the pass. */
export const measurementsOf = ({ goals }: Grade): Record<string, string> =>
  Object.fromEntries(goals.map(({ text, observed }) => [text, observed]));

/** The commands of a way to do it, as they are typed. */
export const commandsOf = (lines: Challenge['solution']): string[] =>
  lines.map(({ command }) => clean(command.source));

/** What is nearly right, and why that is not enough. */
export const nearMissWords = ({ nearMisses }: Challenge): { lesson: string; commands: string[] }[] =>
  nearMisses.map(({ lesson, lines }) => ({
    lesson: clean(lesson ?? 'this is not enough'),
    commands: commandsOf(lines),
  }));
