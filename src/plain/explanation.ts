import { plainText } from '../course/plain-text.ts';
import type { Observed } from '../lab/language.ts';
import { summarize } from '../lab/observed.ts';
import { judgeOptions } from '../lab/predict.ts';
import { solution } from '../quiz/answer.ts';
import {
  type Explanation,
  explanations,
  isSolved,
  type QuestionState,
  questionReducer,
} from '../quiz/question-state.ts';
import { hangingMarkdown } from './markdown.ts';
import { hanging } from './text.ts';

/** What may be explained now: of options each as right or wrong, of other questions the whole. */
export const explanationLines = (state: QuestionState, width: number): string[] =>
  explanations(state).flatMap(explanation => linesOf(explanation, state, width));

const linesOf = (
  { option, correct, markdown }: Explanation,
  state: QuestionState,
  width: number,
): string[] => {
  if (option === undefined) return hangingMarkdown('', markdown, width);
  const chosen = state.attempts.some(({ answer }) => 'option' in answer && answer.option === option);
  const name = `${optionOf(state, option)}${chosen ? ' (your answer)' : ''}`;
  return [
    ...hangingMarkdown(`${correct ? 'Right' : 'Wrong'}: `, name, width),
    ...hangingMarkdown('       ', markdown, width),
  ];
};

const optionOf = ({ question }: QuestionState, id: string): string =>
  'options' in question ? (question.options.find(option => option.id === id)?.markdown ?? id) : id;

/** What was chosen at last, in words. */
export const answerText = (state: QuestionState): string => {
  const answer = state.attempts.at(-1)?.answer;
  return answer && 'option' in answer ? plainText(optionOf(state, answer.option)) : '';
};

/** The right answer in words; nothing where the explanation of an option says it anyway. */
export const solutionLines = (state: QuestionState, width: number): string[] => {
  const { question, key } = state;
  if (explanations(state).some(({ option, correct }) => option !== undefined && correct)) return [];
  const answer = solution(question, key);
  const head = 'The right answer: ';
  switch (answer.kind) {
    case 'choice':
    case 'prediction':
      return hangingMarkdown(head, optionOf(state, answer.option), width);
    case 'multiple':
      return [
        head.trim(),
        ...answer.options.flatMap(id => hangingMarkdown('  - ', optionOf(state, id), width)),
      ];
    case 'order':
      return [
        'The right order:',
        ...answer.options.flatMap((id, index) =>
          hangingMarkdown(`  ${index + 1}. `, optionOf(state, id), width),
        ),
      ];
    case 'match':
      return [
        head.trim(),
        ...(question.kind === 'match'
          ? question.pairs.flatMap(({ left, right }) => hangingMarkdown('  ', `${left}: ${right}`, width))
          : []),
      ];
    case 'numeric':
    case 'text':
      return hanging(head, answer.text, width);
    case 'challenge':
      return [];
  }
};

/** What is right and why, for whom nobody asks. */
export const rightLines = (state: QuestionState, width: number): string[] => {
  const answer = solution(state.question, state.key);
  const told = questionReducer(state, { type: 'answer', answer });
  const right = explanations(told).filter(({ correct }) => correct);
  return [
    ...('options' in state.question && right.some(({ option }) => option) ? [] : solutionLines(state, width)),
    ...right.flatMap(explanation => linesOf(explanation, state, width)),
  ];
};

/** What the stack answered to a prediction, set against what the learner said. */
export const answeredLines = (state: QuestionState, asked: Observed, width: number): string[] => [
  '',
  ...hanging(isSolved(state) ? 'As you predicted: ' : 'Not as you predicted: ', summarize(asked), width),
  ...(isAsMarked(state, asked) ? [] : hanging('', unexpected, width)),
  ...explanationLines(state, width),
];

export const unexpected = 'The stack did not answer as this course expects it to.';

/** Whether the stack agrees with the course about every option. */
export const isAsMarked = ({ question }: QuestionState, asked: Observed): boolean =>
  question.kind !== 'prediction' || judgeOptions(question.options, asked).every(({ asMarked }) => asMarked);
