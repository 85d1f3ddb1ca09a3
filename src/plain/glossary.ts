import type { Course, TaughtBy, Term } from '../course/model.ts';
import { plainText } from '../course/plain-text.ts';
import { searchGlossary } from '../course/search-glossary.ts';
import { taughtAt } from '../course/sections.ts';
import { markdownLines } from './markdown.ts';
import { hanging } from './text.ts';

/** Each word with its explanation and the step that teaches it; none where nothing has the word in it. */
export const glossaryLines = (course: Course, word: string | undefined, width: number): string[] => {
  const { glossary = [] } = course;
  const wanted = word?.trim().toLowerCase();
  const exact = glossary.filter(term => [plainText(term.term).toLowerCase(), term.id].includes(wanted ?? ''));
  const found = exact.length > 0 ? exact : searchGlossary(glossary, word ?? '');
  return found.flatMap((term, index) => [...(index > 0 ? [''] : []), ...termLines(term, course, width)]);
};

export const termLines = (term: Term, course: Course, width: number): string[] => [
  ...hanging('', plainText(term.term), width),
  ...markdownLines(term.markdown, width - 2).map(text => `  ${text}`.trimEnd()),
  ...taughtWords(term, course).flatMap(text => hanging('  ', text, width)),
];

/** Where it is taught, a sentence for each step. */
export const taughtWords = (of: { taughtBy?: readonly TaughtBy[] }, course: Course): string[] =>
  taughtAt(course, of).map(
    ({ lesson, step }) => `Taught in the lesson ${plainText(lesson.title)}: ${plainText(step.title)}.`,
  );
