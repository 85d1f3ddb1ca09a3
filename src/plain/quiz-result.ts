import { plainText } from '../course/plain-text.ts';
import type { Gain } from '../quiz/gain.ts';
import type { QuizResult } from '../quiz/quiz-state.ts';
import { percent } from '../quiz/score.ts';
import { gainWords } from './gain-words.ts';
import { hanging, heading } from './text.ts';

/** The score of a run in words, and what each question brought. */
export const resultLines = (result: QuizResult, pass: number, width: number, gain?: Gain): string[] => [
  ...heading(result.practice ? 'Practice' : 'Result'),
  '',
  ...hanging('', `${pointsOf(result)}${result.practice ? '' : verdictOf(result, pass)}.`, width),
  ...(gain ? hanging('', gainWords(gain), width) : []),
  '',
  ...result.questions.flatMap(question =>
    hanging('- ', `${plainText(question.title)}: ${wordOf(question)}`, width),
  ),
];

const pointsOf = ({ points, outOf, share }: QuizResult): string =>
  `${points} of ${outOf} points, ${percent(share)}`;

const verdictOf = ({ passed }: QuizResult, pass: number): string =>
  passed ? ': passed' : `: not passed yet, ${percent(pass)} is needed`;

const times = ['right at the first try', 'right at the second try', 'right at the third try'];

const wordOf = ({ kind, credit, attempts }: QuizResult['questions'][number]): string => {
  if (kind === 'challenge') return credit > 0 ? 'passed' : 'not passed';
  return credit > 0 ? (times[attempts - 1] ?? 'right') : 'not right';
};
