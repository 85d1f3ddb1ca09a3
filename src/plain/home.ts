import { plainText } from '../course/plain-text.ts';
import type { ReviewSummary } from '../progress/due.ts';
import type { Summary } from '../progress/summary.ts';
import type { Console } from './console.ts';
import { lessonWords, quizWords } from './progress.ts';
import { reviewWords } from './review-words.ts';
import { hanging, heading } from './text.ts';

export type Choice =
  | { kind: 'lesson'; id: string }
  | { kind: 'quiz'; id: string }
  | { kind: 'lab' }
  | { kind: 'review' }
  | { kind: 'glossary' }
  | { kind: 'progress' };

interface Entry {
  label: string;
  choice: Choice;
}

/** Everything that can be done, what comes next first. */
export const entriesOf = ({ lessons, quizzes, continue: next }: Summary, review?: ReviewSummary): Entry[] => {
  const lessonEntries = lessons.map(
    (lesson): Entry => ({
      label: `Lesson: ${plainText(lesson.title)} (${lessonWords(lesson)})`,
      choice: { kind: 'lesson', id: lesson.id },
    }),
  );
  const quizEntries = quizzes.map(
    (quiz): Entry => ({
      label: `Quiz: ${plainText(quiz.title)} (${quizWords(quiz)})`,
      choice: { kind: 'quiz', id: quiz.id },
    }),
  );
  const all = [...lessonEntries, ...quizEntries];
  const kind = next?.kind === 'step' ? 'lesson' : 'quiz';
  const first = all.find(
    ({ choice }) => next && choice.kind === kind && 'id' in choice && choice.id === next.id,
  );
  const begun = lessons.some(({ state }) => state !== 'new');
  return [
    ...(first
      ? [{ ...first, label: `${begun ? 'Continue' : 'Start'} with the ${lowerFirst(first.label)}` }]
      : []),
    ...all.filter(entry => entry !== first),
    { label: 'Lab: type commands for the running stack', choice: { kind: 'lab' } },
    { label: `Review: ${reviewWords(review)}`, choice: { kind: 'review' } },
    { label: 'Progress', choice: { kind: 'progress' } },
    { label: 'Glossary: what the words mean', choice: { kind: 'glossary' } },
  ];
};

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** Asks what to do; `undefined` when the learner leaves. */
export const choose = async (
  console: Console,
  summary: Summary,
  review?: ReviewSummary,
): Promise<Choice | undefined> => {
  const { out, width } = console;
  const entries = entriesOf(summary, review);
  out(
    ...heading('web-stack-tutor: a website that runs on your own machine'),
    '',
    ...entries.flatMap(({ label }, index) => hanging(`  ${index + 1}. `, label, width)),
    '',
  );
  for (;;) {
    const written = await console.ask(`Your choice, 1 to ${entries.length} (q to leave): `);
    const word = written?.trim().toLowerCase();
    if (word === undefined || word === 'q') return undefined;
    const entry = /^\d+$/.test(word) ? entries[Number(word) - 1] : word === '' ? entries[0] : undefined;
    if (entry) return entry.choice;
    out(`Please write a number from 1 to ${entries.length}, or q.`);
  }
};
