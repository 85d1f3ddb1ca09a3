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
  | { kind: 'progress' }
  | { kind: 'glossary' };

interface Entry<Value> {
  label: string;
  choice: Value;
}

/** `lessons` and `quizzes` lead to a list of their own: together they are more than a screen holds. */
type Way = Choice | { kind: 'lessons' } | { kind: 'quizzes' };

export const lessonEntries = ({ lessons }: Summary): Entry<Choice>[] =>
  lessons.map(lesson => ({
    label: `Lesson: ${plainText(lesson.title)} (${lessonWords(lesson)})`,
    choice: { kind: 'lesson', id: lesson.id },
  }));

export const quizEntries = ({ quizzes }: Summary): Entry<Choice>[] =>
  quizzes.map(quiz => ({
    label: `Quiz: ${plainText(quiz.title)} (${quizWords(quiz)})`,
    choice: { kind: 'quiz', id: quiz.id },
  }));

/** Everything that can be done, what comes next first. */
export const entriesOf = (summary: Summary, review?: ReviewSummary): Entry<Way>[] => {
  const { lessons, quizzes, continue: next } = summary;
  const kind = next?.kind === 'step' ? 'lesson' : 'quiz';
  const first = [...lessonEntries(summary), ...quizEntries(summary)].find(
    ({ choice }) => next && choice.kind === kind && 'id' in choice && choice.id === next.id,
  );
  const begun = lessons.some(({ state }) => state !== 'new');
  const done = lessons.filter(({ state }) => state === 'done').length;
  const passed = quizzes.filter(quiz => quiz.passed).length;
  return [
    ...(first
      ? [{ ...first, label: `${begun ? 'Continue' : 'Start'} with the ${lowerFirst(first.label)}` }]
      : []),
    { label: `Lessons: ${done} of ${lessons.length} done`, choice: { kind: 'lessons' } },
    { label: `Quizzes: ${passed} of ${quizzes.length} passed`, choice: { kind: 'quizzes' } },
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
  for (;;) {
    console.out(...heading('web-stack-tutor: a website that runs on your own machine'), '');
    const way = await pick(console, entriesOf(summary, review), 'q to leave');
    if (way?.kind !== 'lessons' && way?.kind !== 'quizzes') return way;
    console.out(...heading(way.kind === 'lessons' ? 'Lessons' : 'Quizzes'), '');
    const list = way.kind === 'lessons' ? lessonEntries(summary) : quizEntries(summary);
    const chosen = await pick(console, list, 'q to go back');
    if (chosen) return chosen;
  }
};

/** Enter chooses the first one. */
const pick = async <Value>(
  { out, ask, width }: Console,
  entries: readonly Entry<Value>[],
  leave: string,
): Promise<Value | undefined> => {
  out(...entries.flatMap(({ label }, index) => hanging(`  ${index + 1}. `, label, width)), '');
  for (;;) {
    const written = await ask(`Your choice, 1 to ${entries.length} (${leave}): `);
    const word = written?.trim().toLowerCase();
    if (word === undefined || word === 'q') return undefined;
    const entry = /^\d+$/.test(word) ? entries[Number(word) - 1] : word === '' ? entries[0] : undefined;
    if (entry) return entry.choice;
    out(`Please write a number from 1 to ${entries.length}, or q.`);
  }
};
