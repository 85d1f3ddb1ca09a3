import type { Challenge } from '../../course/model.ts';
import type { Grade } from '../../lab/challenge/run.ts';
import { goalWords, gradeWords, noHint, type TaskWordName, taskHelp } from '../../plain/challenge-words.ts';
import type { Glyphs } from '../../plain/glyphs.ts';
import { clean } from '../../plain/line.ts';
import type { Entry, TaskWord } from '../hooks/use-lab-prompt.ts';
import type { TaskControl } from './use-task.ts';

interface Options {
  challenge: Challenge;
  control: TaskControl;
  glyphs: Glyphs;
  width: number;
  onGraded(grade: Grade): void;
  onGiveUp(): void;
}

type Said = Extract<Entry, { kind: 'said' }>;

const said = (input: string, lines: readonly string[], tone: Said['tone'] = 'plain'): Entry[] => [
  { kind: 'said', input, lines, tone },
];

/** The goals as lines, with what was measured at a grading. */
const goalLines = (challenge: Challenge, grade: Grade | undefined, glyphs: Glyphs, width: number): string[] =>
  goalWords(challenge, grade, width).flatMap(({ text, met, observed, details }) => {
    const sign = met === undefined ? glyphs.open : met ? glyphs.tick : glyphs.cross;
    return [
      `${sign} ${text}`,
      ...(observed === undefined ? [] : [`  ${observed}`]),
      ...details.map(of => `  ${of}`),
    ];
  });

/** What can be entered at the prompt of a challenge, besides the lab language. */
export const taskWords = ({
  challenge,
  control,
  glyphs,
  width,
  onGraded,
  onGiveUp,
}: Options): Record<TaskWordName, TaskWord> => {
  const { view, dispatch, beginAnew } = control;
  const { run, grade } = view;
  const lines = (of: Grade | undefined): string[] => goalLines(challenge, of, glyphs, width - 8);
  const act: Record<TaskWordName, TaskWord['run']> = {
    goals: () => said('goals', lines(grade)),
    hint: async signal => said('hint', [clean((await run?.hint(signal)) ?? noHint)]),
    grade: async (signal, tell) => {
      if (!run) return [];
      // What was killed for a measurement is repaired first.
      signal.addEventListener('abort', () => tell('being cancelled, and everything put right'), {
        once: true,
      });
      try {
        const graded = await run.grade(signal, tell);
        onGraded(graded);
        return said('grade', [gradeWords(graded), ...lines(graded)]);
      } catch (error) {
        if (!signal.aborted) throw error;
        return said('grade', ['cancelled'], 'warn');
      }
    },
    reset: async (signal, tell) => {
      try {
        dispatch({ type: 'began', run: await beginAnew(signal, tell) });
        return said('reset', ['The task begins anew. Nothing that was measured before counts.']);
      } catch (error) {
        dispatch({ type: 'failed', error: clean(error instanceof Error ? error.message : String(error)) });
        return [];
      }
    },
    task: () => {
      dispatch({ type: 'show', at: 'text' });
      return [];
    },
    'give up': () => {
      onGiveUp();
      return [];
    },
  };
  return Object.fromEntries(
    Object.entries(taskHelp).map(([word, help]) => [word, { help, run: act[word as TaskWordName] }]),
  ) as Record<TaskWordName, TaskWord>;
};
