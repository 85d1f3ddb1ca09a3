import type { Answer } from '../quiz/answer.ts';
import type { Presented } from '../quiz/presented.ts';
import type { Console } from './console.ts';

type Inline = (markdown: string) => string;

/** The question as lines, with its options numbered; without the prompt, which is Markdown of its own. */
export const questionLines = (question: Presented, inline: Inline): string[] => {
  switch (question.kind) {
    case 'choice':
    case 'multiple':
    case 'prediction':
    case 'order':
      return question.options.map(({ number, markdown }) => `  ${number}. ${inline(markdown)}`);
    case 'match':
      return [
        ...question.left.map(({ markdown }, index) => `  ${letter(index)}. ${inline(markdown)}`),
        '',
        ...question.right.map(({ number, markdown }) => `  ${number}. ${inline(markdown)}`),
      ];
    case 'numeric':
    case 'text':
      return [];
  }
};

/** How an answer is written. */
export const howToAnswer = (question: Presented): string => {
  switch (question.kind) {
    case 'choice':
    case 'prediction':
      return 'the number of an option';
    case 'multiple':
      return 'the numbers of all that are right, such as 1 3';
    case 'order':
      return 'all numbers in the right order, such as 3 1 2';
    case 'match':
      return 'a number for each letter, such as a2 b1';
    case 'numeric':
      return question.unit ? `a number, in ${question.unit}` : 'a number';
    case 'text':
      return 'a word or two';
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
    case 'choice':
    case 'prediction': {
      const [option, ...more] = picked(question.options, text);
      return option === undefined || more.length > 0 ? unclear : { kind: question.kind, option };
    }
    case 'multiple':
    case 'order': {
      const options = picked(question.options, text);
      return options.length === 0 || new Set(options).size < options.length
        ? unclear
        : { kind: question.kind, options };
    }
    case 'match': {
      const pairs = Object.fromEntries(
        [...text.toLowerCase().matchAll(/([a-z])\W*(\d+)/g)].flatMap(([, left = '', right]) => {
          const from = question.left[left.charCodeAt(0) - 'a'.charCodeAt(0)];
          const to = question.right.find(({ number }) => number === Number(right));
          return from && to ? [[from.id, to.id]] : [];
        }),
      );
      return Object.keys(pairs).length === question.left.length ? { kind: 'match', pairs } : unclear;
    }
  }
};

/** Asks until the answer can be understood, or the input ends. `h` asks for a hint. */
export const askQuestion = async (
  question: Presented,
  console: Console,
  onHint: () => void,
): Promise<Answer | undefined> => {
  for (;;) {
    const written = await console.ask(`Your answer (${howToAnswer(question)}; h for a hint): `);
    if (written === undefined) return undefined;
    if (written.trim().toLowerCase() === 'h' && question.kind !== 'text') {
      onHint();
      continue;
    }
    const answer = readAnswer(question, written);
    if (typeof answer !== 'string') return answer;
    console.out(answer);
  }
};

const letter = (index: number): string => String.fromCharCode('a'.charCodeAt(0) + index);

/** Ids of the numbers in the text; none at all when one of them is no option. */
const picked = (options: readonly { number: number; id: string }[], text: string): string[] => {
  const words = text.split(/[\s,;]+/).filter(Boolean);
  const ids = words.map(word => options.find(({ number }) => String(number) === word.replace(/\.$/, ''))?.id);
  return ids.every(id => id !== undefined) ? ids : [];
};
