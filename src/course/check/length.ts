import type { Problem, Step } from '../model.ts';
import { plainText } from '../plain-text.ts';
import { questionOf } from '../sections.ts';
import { renderMarkdown } from '../terminal-text.ts';
import { type CourseFile, isQuiz, lineOf, optionsOf, problem, sectionsOf } from './files.ts';

/** What a terminal of 80 by 24 has for text, without its margins; the lines are those of the terminal itself. */
const screen = { columns: 76, lines: 24 };

interface Stretch {
  line: number;
  markdown: string;
}

/** Texts of a step between its stops: where it asks, and where a block runs. */
const stretchesOf = ({ items }: Step): Stretch[] => {
  const stretches: Stretch[] = [];
  let open = false;
  for (const item of items) {
    const last = stretches.at(-1);
    if (item.kind === 'question' || item.kind === 'lab') open = false;
    if (item.kind !== 'text') continue;
    if (open && last) last.markdown += `\n\n${item.markdown}`;
    else stretches.push({ line: item.line, markdown: item.markdown });
    open = true;
  }
  return stretches;
};

const tooTall = (file: CourseFile, step: Step): Problem[] =>
  stretchesOf(step).flatMap(({ line, markdown }) => {
    const { length } = renderMarkdown(markdown, screen.columns, { color: false });
    if (length <= screen.lines) return [];
    const message = `the text of ${step.id} takes ${length} lines in a terminal of 80 by 24, expected at most ${screen.lines}: cut it, or put a question or block between`;
    return [problem(file, line, message)];
  });

/** Reading, thinking about a question, watching a block: by what readers of the first lessons needed. */
const pace = { wordsPerMinute: 200, question: 0.4, block: 0.3 };
/** Nobody minds a minute or two. */
const tolerance = { factor: 1.5, minutes: 2 };

const wordsIn = (markdown: string): number => plainText(markdown).split(' ').length;

const wordsOf = (step: Step): number => {
  const question = questionOf(step);
  const texts = [
    ...step.items.map(item => (item.kind === 'text' ? item.markdown.replace(/^```[\s\S]*?^```/gm, '') : '')),
    ...optionsOf(question).flatMap(({ markdown, explanation = '' }) => [markdown, explanation]),
    question?.prompt ?? '',
    question?.explanation ?? '',
  ];
  return texts.filter(text => text !== '').reduce((sum, text) => sum + wordsIn(text), 0);
};

const wrongMinutes = (file: CourseFile, source: string): Problem[] => {
  const minutes = sectionsOf(file).reduce((sum, step) => {
    const blocks = step.items.filter(({ kind }) => kind === 'lab').length;
    return (
      sum +
      wordsOf(step) / pace.wordsPerMinute +
      blocks * pace.block +
      (questionOf(step) ? pace.question : 0) +
      // As long as a learner takes who knows how.
      (step.items.some(({ kind }) => kind === 'challenge') ? 3 : 0)
    );
  }, 0);
  const [less, more] = [Math.min(minutes, file.minutes), Math.max(minutes, file.minutes)];
  if (more <= less * tolerance.factor || more - less <= tolerance.minutes) return [];
  const message = `"minutes" is ${file.minutes}, expected about ${Math.round(minutes)} by its words, questions and blocks`;
  return [problem(file, lineOf(source, 'minutes:'), message)];
};

const withoutText = (file: CourseFile, step: Step): Problem[] =>
  isQuiz(file) || questionOf(step) || step.items.some(({ kind }) => kind === 'text')
    ? []
    : [
        problem(
          file,
          step.line,
          `the step ${step.id} has no text, expected words that say what its block is about`,
        ),
      ];

/** Steps that are too long or say nothing, and minutes that do not fit. */
export const checkLength = (file: CourseFile, source: string): Problem[] => [
  ...sectionsOf(file).flatMap(step => [...tooTall(file, step), ...withoutText(file, step)]),
  ...wrongMinutes(file, source),
];
