import type { Step } from '../course/model.ts';
import type { Answer } from '../quiz/answer.ts';
import { withValues } from '../quiz/given.ts';
import { type Presented, presented } from '../quiz/presented.ts';
import {
  isFinished,
  isSolved,
  type QuestionAction,
  type QuestionState,
  triesLeft,
} from '../quiz/question-state.ts';
import type { Console } from './console.ts';
import { answerText, explanationLines, solutionLines } from './explanation.ts';
import { hangingMarkdown } from './markdown.ts';
import { howToAnswer, questionLines, readAnswer } from './question.ts';
import { hanging } from './text.ts';

/** What the learner may still ask for. */
export type Hints = string[];

export const hintsOf = ({ items }: Step, question: QuestionState | undefined): Hints =>
  items.flatMap(item => {
    if (item.kind !== 'hint') return [];
    return [question ? withValues(item.markdown, question.question, question.key) : item.markdown];
  });

/** Reads a line; hints are given on the way. `undefined` when the learner leaves, or the input ends. */
export const askWithHints = async (
  { ask, out, width }: Console,
  hints: Hints,
  promptOf: (keys: string) => string,
): Promise<string | undefined> => {
  for (;;) {
    const keys = hints.length > 0 ? 'h for a hint, q to leave' : 'q to leave';
    const written = await ask(promptOf(keys));
    const word = written?.trim().toLowerCase();
    if (word === undefined || word === 'q') return undefined;
    if (word !== 'h') return written;
    const hint = hints.shift();
    out(...(hint === undefined ? ['There is no other hint.'] : hangingMarkdown('Hint: ', hint, width)));
  }
};

/** Asks a question until it is solved or the tries are used up; `undefined` when the learner leaves. */
export const answerQuestion = async (
  start: QuestionState,
  act: (action: QuestionAction) => Promise<QuestionState>,
  console: Console,
  hints: Hints,
): Promise<QuestionState | undefined> => {
  const { out } = console;
  const question = presented(start.question, start.key);
  let now = start;
  out('', ...questionLines(question, console.width));
  if (isFinished(now)) {
    out('', ...hanging('Your answer was: ', answerText(now), console.width));
    return now;
  }
  out('', ...hanging('', `Answer with ${howToAnswer(question)}.`, console.width));
  while (!isFinished(now)) {
    const answer = await askAnswer(question, console, hints);
    if (!answer) return undefined;
    now = await act({ type: 'answer', answer });
    out(...verdictLines(now, console.width));
  }
  return now;
};

const askAnswer = async (
  question: Presented,
  console: Console,
  hints: Hints,
): Promise<Answer | undefined> => {
  for (;;) {
    const written = await askWithHints(console, hints, keys => `Your answer (${keys}): `);
    if (written === undefined) return undefined;
    const answer = readAnswer(question, written);
    if (typeof answer !== 'string') return answer;
    console.out(answer);
  }
};

const times = ['at the first try', 'at the second try', 'at the third try'];

const verdictLines = (now: QuestionState, width: number): string[] => {
  if (now.message) return hanging('', now.message, width);
  // What comes of a prediction is for the stack to say.
  if (now.question.kind === 'prediction') return ['Your prediction is locked.'];
  if (isSolved(now))
    return ['', `Right ${times[now.attempts.length - 1] ?? ''}.`, ...explanationLines(now, width)];
  if (isFinished(now))
    return ['', 'Not right.', ...solutionLines(now, width), ...explanationLines(now, width)];
  const left = triesLeft(now);
  return [
    '',
    `Not right. ${left === 1 ? 'One try is left.' : `${left} tries are left.`}`,
    ...explanationLines(now, width),
  ];
};
