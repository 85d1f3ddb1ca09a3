import type { Problem, Question } from '../model.ts';
import { plainText } from '../plain-text.ts';
import { questionOf } from '../sections.ts';
import { type CourseFile, optionsOf, problem, sectionsOf } from './files.ts';

/** The words alone: two options that differ in signs or case only are the same to a reader. */
const wordsOf = (markdown: string): string =>
  plainText(markdown)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

// "It reaches all of them" is a statement of its own; these speak of other options.
const collective =
  /\b(all|none|both|neither|any) of the (above|(other )?(answers|options))\b|^(all|none|both|neither) of (these|them)\.?$/i;

/** An option is longest or shortest by a clear margin when it differs by this factor and by so many letters. */
const clear = { factor: 1.3, letters: 8 };

const textsOf = (question: Question): string[] => {
  if (question.kind === 'order') return question.options.map(({ markdown }) => markdown);
  return optionsOf(question).map(({ markdown }) => markdown);
};

const duplicates = (question: Question): string[] => {
  const texts = textsOf(question);
  return texts
    .filter((text, index) => texts.findIndex(other => wordsOf(other) === wordsOf(text)) < index)
    .map(text => `the option "${text}" stands there twice, expected different words`);
};

const unexplained = (question: Question): string[] => {
  if ('options' in question && question.kind !== 'order')
    return question.options
      .filter(({ explanation }) => !explanation)
      .map(({ id }) => `the option ${id} has no explanation, expected one behind ">" below it`);
  return question.explanation
    ? []
    : ['the question has no explanation, expected one behind ">" below its answer'];
};

const byLength = (question: Question): string[] => {
  if (question.kind !== 'choice' && question.kind !== 'prediction') return [];
  const lengthOf = (markdown: string): number => plainText(markdown).length;
  const [right] = question.options.filter(({ correct }) => correct).map(({ markdown }) => lengthOf(markdown));
  const wrong = question.options.filter(({ correct }) => !correct).map(({ markdown }) => lengthOf(markdown));
  if (right === undefined || wrong.length === 0) return [];
  const far = (longer: number, shorter: number): boolean =>
    longer >= shorter * clear.factor && longer - shorter >= clear.letters;
  const says = (which: string, limit: number): string[] => [
    `the right option is the ${which} by far (${right} letters, the next one ${limit}), expected options of about the same length`,
  ];
  const [shortest, longest] = [Math.min(...wrong), Math.max(...wrong)];
  if (far(right, longest)) return says('longest', longest);
  return far(shortest, right) ? says('shortest', shortest) : [];
};

const byWords = (question: Question): string[] =>
  optionsOf(question).flatMap(({ id, markdown }) => {
    const found = collective.exec(plainText(markdown))?.[0];
    return found
      ? [
          `the option ${id} says "${found}", expected what is meant itself: options are shuffled, and such ones give themselves away`,
        ]
      : [];
  });

/** What is wrong with single questions: the same text twice, no explanation, answers that give themselves away. */
export const checkOptions = (file: CourseFile): Problem[] =>
  sectionsOf(file).flatMap(section => {
    const question = questionOf(section);
    if (!question) return [];
    return [duplicates, unexplained, byLength, byWords].flatMap(rule =>
      rule(question).map(message => problem(file, question.line, message)),
    );
  });
