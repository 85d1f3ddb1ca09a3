import type { Answer } from '../quiz/answer.ts';
import type { Presented, PresentedOption } from '../quiz/presented.ts';
import { hangingMarkdown, markdownLines } from './markdown.ts';

const asks: Record<Presented['kind'], string> = {
  choice: 'Question',
  multiple: 'Question',
  prediction: 'Predict',
  order: 'Put in order',
  match: 'Match',
  numeric: 'Question',
  text: 'Question',
  challenge: 'Challenge',
};

/** What is asked, with the learner's own numbers and the options under the numbers by which they are picked. */
export const questionLines = (question: Presented, width: number): string[] => [
  ...markdownLines(`**${asks[question.kind]}:** ${question.prompt}`, width),
  ...choiceLines(question, width),
];

const choiceLines = (question: Presented, width: number): string[] => {
  switch (question.kind) {
    case 'choice':
    case 'multiple':
    case 'prediction':
    case 'order':
      return ['', ...numbered(question.options, width)];
    case 'match': {
      const [left, right] = question.heads;
      const lettered = question.left.flatMap(({ markdown }, index) =>
        hangingMarkdown(`  ${letter(index)}. `, markdown, width),
      );
      return ['', `${left}:`, ...lettered, '', `${right}:`, ...numbered(question.right, width)];
    }
    case 'numeric':
    case 'text':
    case 'challenge':
      return [];
  }
};

const numbered = (options: readonly PresentedOption[], width: number): string[] =>
  options.flatMap(({ number, markdown }) => hangingMarkdown(`  ${number}. `, markdown, width));

const letter = (index: number): string => String.fromCharCode('a'.charCodeAt(0) + index);

/** How an answer is written, as the end of a sentence. */
export const howToAnswer = (question: Presented): string => {
  switch (question.kind) {
    case 'choice':
    case 'prediction':
      return `a number from 1 to ${question.options.length}`;
    case 'multiple':
      return 'the numbers of all that are right, such as 1 3';
    case 'order':
      return `all ${question.options.length} numbers in the right order, with spaces between them`;
    case 'match':
      return 'a number for each letter, such as a2 b1';
    case 'numeric':
      return question.unit ? `a number, in ${question.unit}` : 'a number';
    case 'text':
      return 'a word or a few';
    case 'challenge':
      return 'what you do on the stack';
  }
};

/** What was written, as an answer; a sentence where it cannot be understood. */
export const readAnswer = (question: Presented, written: string): Answer | string => {
  const text = written.trim();
  const unclear = `Please write ${howToAnswer(question)}.`;
  switch (question.kind) {
    case 'numeric':
    case 'text':
      return text === '' ? unclear : { kind: question.kind, text };
    case 'challenge':
      return unclear;
    case 'choice':
    case 'prediction': {
      const [option, ...more] = picked(question.options, text);
      return option === undefined || more.length > 0 ? unclear : { kind: question.kind, option };
    }
    case 'multiple':
    case 'order': {
      const options = picked(question.options, text);
      const complete = question.kind === 'multiple' || options.length === question.options.length;
      return options.length > 0 && complete && isWithoutRepeats(options)
        ? { kind: question.kind, options }
        : unclear;
    }
    case 'match': {
      const pairs = pairsIn(text.toLowerCase(), question);
      return pairs ? { kind: 'match', pairs } : unclear;
    }
  }
};

const isWithoutRepeats = (values: readonly string[]): boolean => new Set(values).size === values.length;

/** Ids of the numbers in the text, `3 1 2` or `312`; none at all when one of them is no option. */
const picked = (options: readonly PresentedOption[], text: string): string[] => {
  const words = text.split(/[\s,;.)]+/).filter(Boolean);
  const [only = ''] = words;
  const digits = words.length === 1 && options.length < 10 && /^\d{2,}$/.test(only) ? [...only] : words;
  const ids = digits.map(word => options.find(({ number }) => String(number) === word)?.id);
  return ids.every(id => id !== undefined) ? ids : [];
};

/** `a2 b1`, or the numbers alone in the order of the letters; every letter once. */
const pairsIn = (
  text: string,
  { left, right }: Extract<Presented, { kind: 'match' }>,
): Record<string, string> | undefined => {
  const lettered = [...text.matchAll(/([a-z])[^a-z\d]*(\d+)/g)].map(([, name = '', number = '']) => ({
    from: left[name.charCodeAt(0) - 'a'.charCodeAt(0)]?.id,
    to: right.find(option => String(option.number) === number)?.id,
  }));
  const inOrder = picked(right, text).map((to, index) => ({ from: left[index]?.id, to }));
  const pairs = (lettered.length > 0 ? lettered : inOrder).map(({ from, to }) =>
    from === undefined || to === undefined ? undefined : ([from, to] as const),
  );
  if (pairs.length !== left.length || !pairs.every(pair => pair !== undefined)) return undefined;
  return isWithoutRepeats(pairs.map(([from]) => from)) ? Object.fromEntries(pairs) : undefined;
};
