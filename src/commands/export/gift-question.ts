import { fillIn } from '../../course/given.ts';
import type { Option, Question, Step } from '../../course/model.ts';
import { plainText } from '../../course/plain-text.ts';
import { drawnValues, expectedValue } from '../../quiz/given.ts';
import { answerText, escapeGift, numberText } from './gift-text.ts';

interface Body {
  /** Markdown behind the prompt that the question needs in this format. */
  also?: string;
  answers: string[];
  /** Markdown that is shown after any answer. */
  feedback?: string;
}

const answer = (sign: string, { markdown, explanation }: Pick<Option, 'markdown' | 'explanation'>): string =>
  `${sign}${answerText(markdown)}${explanation ? `#${escapeGift(explanation)}` : ''}`;

const choice = (options: readonly Option[]): string[] =>
  options.map(option => answer(option.correct ? '=' : '~', option));

/** The right ones share the points, and a wrong one takes all of them: it counts as a whole. */
const multiple = (options: readonly Option[]): string[] => {
  const share = 100 / options.filter(({ correct }) => correct).length;
  // Moodle knows weights to five decimals.
  const weight = Number(share.toFixed(5));
  return options.map(option => answer(option.correct ? `~%${weight}%` : '~%-100%', option));
};

const pair = (left: string, right: string): string =>
  `=${answerText(left)} -> ${escapeGift(plainText(right))}`;

const commandsOf = ({ items }: Step): string => {
  const lines = items.flatMap(item => (item.kind === 'lab' ? item.lab.lines : []));
  const block = lines.map(({ command }) => `    ${command.source}`).join('\n');
  return `Try it in the lab:\n\n${block}`;
};

const bodyOf = (question: Question, step: Step, key: string): Body => {
  const { explanation } = question;
  const explained = explanation === undefined ? {} : { feedback: explanation };
  switch (question.kind) {
    // It needs a stack: nothing that could be asked elsewhere.
    case 'challenge':
      return { answers: [] };
    case 'choice':
      return { answers: choice(question.options) };
    case 'multiple':
      return { answers: multiple(question.options) };
    case 'prediction':
      return { answers: choice(question.options), feedback: commandsOf(step) };
    case 'order': {
      const answers = question.options.map(({ markdown }, index) => pair(markdown, String(index + 1)));
      return { also: 'Give each its place: 1 for the first.', answers, ...explained };
    }
    case 'match':
      return { answers: question.pairs.map(({ left, right }) => pair(left, right)), ...explained };
    case 'numeric': {
      const answers = [`#${numberText(expectedValue(question, key))}:${numberText(question.tolerance)}`];
      return { ...(question.unit && { also: `The answer is in ${question.unit}.` }), answers, ...explained };
    }
    case 'text':
      // Moodle would read a star as "anything".
      return {
        answers: question.accepted.map(text => `=${answerText(text.replaceAll('*', '\\*'))}`),
        ...explained,
      };
  }
};

/** One question; `key` draws the numbers of one that has given ones. */
export const giftQuestion = (question: Question, step: Step, key: string): string => {
  const { also, answers, feedback } = bodyOf(question, step, key);
  const values = drawnValues(question, key);
  const prompt = fillIn(also ? `${question.prompt}\n\n${also}` : question.prompt, values);
  const lines = answers.map(line => `\t${line}`);
  const general = feedback ? [`\t####${escapeGift(fillIn(feedback, values))}`] : [];
  return [`::${escapeGift(step.id)}::[markdown]${escapeGift(prompt)} {`, ...lines, ...general, '}'].join(
    '\n',
  );
};
