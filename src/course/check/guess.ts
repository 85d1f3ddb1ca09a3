import type { Option, Problem, Question } from '../model.ts';
import { plainText } from '../plain-text.ts';
import { questionOf } from '../sections.ts';
import { type CourseFile, problem, sectionsOf } from './files.ts';

/** Somebody who knows nothing and picks by looks: the option with the highest number, and by lot among equals. */
export interface Guesser {
  /** Completes "who always picks ...". */
  name: string;
  rate(option: Option, index: number, question: Choice): number;
}

export type Choice = Extract<Question, { kind: 'choice' | 'prediction' }>;

const wordsIn = (markdown: string): string[] =>
  plainText(markdown)
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];

const count = (markdown: string, words: ReadonlySet<string>): number =>
  wordsIn(markdown).filter(word => words.has(word)).length;

const hedges = new Set(
  'may might can could mostly often usually sometimes some probably about perhaps partly until unless'.split(
    ' ',
  ),
);
const absolutes = new Set(
  'always never all every everybody everything nobody nothing none must impossible completely certainly'.split(
    ' ',
  ),
);

const place = (name: string, index: (options: readonly Option[]) => number): Guesser => ({
  name,
  rate: (_, at, { options }) => (at === index(options) ? 1 : 0),
});

export const guessers: readonly Guesser[] = [
  { name: 'the longest option', rate: ({ markdown }) => plainText(markdown).length },
  { name: 'the shortest option', rate: ({ markdown }) => -plainText(markdown).length },
  {
    name: 'the option with the most careful words (may, can, mostly)',
    rate: ({ markdown }) => count(markdown, hedges),
  },
  {
    name: 'the option with the fewest absolute words (always, never, all)',
    rate: ({ markdown }) => -count(markdown, absolutes),
  },
  {
    name: 'the option that repeats most words of the question',
    rate: ({ markdown }, _, { prompt }) =>
      count(markdown, new Set(wordsIn(prompt).filter(word => word.length > 3))),
  },
  place('the first option of the file', () => 0),
  place('the second option of the file', () => 1),
  place('the third option of the file', () => 2),
  place('the last option of the file', options => options.length - 1),
];

/** Questions with exactly one right option: in others, a guess means little. */
export const choicesIn = (files: readonly CourseFile[]): Choice[] =>
  files
    .flatMap(sectionsOf)
    .map(questionOf)
    .filter((question): question is Choice => question?.kind === 'choice' || question?.kind === 'prediction')
    .filter(({ options }) => options.filter(({ correct }) => correct).length === 1);

export interface Guessed {
  /** Right answers to expect of the guesser. */
  hits: number;
  /** Right answers to expect of somebody who picks by lot, and their standard deviation. */
  chance: number;
  deviation: number;
}

const hitOf = (question: Choice, { rate }: Guesser): number => {
  const rates = question.options.map((option, index) => rate(option, index, question));
  const best = Math.max(...rates);
  const picked = question.options.filter((_, index) => rates[index] === best);
  return picked.filter(({ correct }) => correct).length / picked.length;
};

export const guess = (questions: readonly Choice[], guesser: Guesser): Guessed => {
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  const lots = questions.map(({ options }) => 1 / options.length);
  return {
    hits: sum(questions.map(question => hitOf(question, guesser))),
    chance: sum(lots),
    deviation: Math.sqrt(sum(lots.map(lot => lot * (1 - lot)))),
  };
};

/**
 * Blind luck stays below it in about 99 of 100 quizzes (normal approximation). Nine guessers look at each file, so a
 * stricter bound would find something in files where nothing is wrong.
 */
const suspicious = 2.33;

/** Guessers who would be right more often in this file than luck explains. */
export const checkGuessers = (file: CourseFile): Problem[] => {
  const questions = choicesIn([file]);
  return guessers.flatMap(guesser => {
    const { hits, chance, deviation } = guess(questions, guesser);
    if (hits <= chance + suspicious * deviation) return [];
    const message = `who always picks ${guesser.name} is right in ${Math.round(hits)} of ${questions.length} questions, by lot it would be ${Math.round(chance)}: expected options that do not give themselves away`;
    return [problem(file, 1, message)];
  });
};
