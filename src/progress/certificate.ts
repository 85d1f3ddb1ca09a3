import { createHash } from 'node:crypto';
import { plainText } from '../course/plain-text.ts';
import { percent } from '../quiz/score.ts';
import type { ChallengeSummary, QuizSummary, Summary } from './summary.ts';

export interface Certified {
  /** Of the learner; nothing where no name was given. */
  name: string | undefined;
  /** When it was made, in milliseconds since 1970. */
  at: number;
  program: string;
  course: string;
}

/** Behind this stands the SHA-256 of all that is above the line, in UTF-8 with a newline behind each line. */
const mark = 'SHA-256 of the lines above: ';

/** What was passed, and what shows it; ends with a checksum of itself. */
export const certificate = (summary: Summary, { name, at, program, course }: Certified): string[] => {
  const quizzes = summary.quizzes.filter(({ passed }) => passed);
  const open = summary.quizzes.filter(({ passed }) => !passed);
  const text = [
    'web-stack-tutor: what was passed',
    '',
    ...(name === undefined ? [] : [`Name:    ${name}`]),
    `Date:    ${day(at)}`,
    `Program: ${program}`,
    `Course:  ${course}`,
    '',
    ...(quizzes.length === 0 ? ['No quiz has been passed yet.', ''] : quizzes.flatMap(quizLines)),
    ...summary.quizzes.flatMap(challengeLines),
    lessonLine(summary),
    ...(open.length === 0 ? [] : [`Not passed: ${open.map(({ title }) => plainText(title)).join(', ')}.`]),
    '',
    'The checksum shows that no letter above it has changed since. It does not show',
    'who has done the work: a program on the computer of a learner cannot prove that,',
    'and whoever changes the text can work out another checksum. The run ids are',
    'those in the progress file of the learner.',
    '',
  ];
  return [...text, `${mark}${checksum(text)}`];
};

/** Whether the text still is what its checksum says. */
export const isUnchanged = (lines: readonly string[]): boolean => {
  const at = lines.findIndex(line => line.startsWith(mark));
  return at >= 0 && lines[at] === `${mark}${checksum(lines.slice(0, at))}`;
};

const checksum = (lines: readonly string[]): string =>
  createHash('sha256')
    .update(lines.map(line => `${line}\n`).join(''))
    .digest('hex');

const day = (at: number | string): string => new Date(at).toISOString().slice(0, 10);

const quizLines = ({ title, id, best, mastery, challenges }: QuizSummary): string[] => [
  `Passed: ${plainText(title)} (quiz ${id})`,
  ...(best ? [`  ${best.points} of ${best.outOf} points, ${percent(best.share)}, on ${day(best.at)}`] : []),
  ...(challenges.length > 0
    ? [`  ${mastery.reached ? 'Mastered, challenge included' : 'The challenge is not passed yet'}`]
    : []),
  '',
];

const challengeLines = ({ challenges, id }: QuizSummary): string[] =>
  challenges.flatMap(challenge => passedLines(challenge, id));

const passedLines = ({ title, id, passed }: ChallengeSummary, quiz: string): string[] =>
  passed === null
    ? []
    : [
        `Passed: ${plainText(title)} (challenge ${quiz}#${id})`,
        `  on ${day(passed.at)}, run ${passed.run}, measured on the running stack:`,
        ...Object.entries(passed.measurements).map(([what, value]) => `  - ${what}: ${value}`),
        '',
      ];

const lessonLine = ({ lessons }: Summary): string => {
  const done = lessons.filter(({ state }) => state === 'done').length;
  const { right, answered } = lessons.reduce(
    (sum, { predictions }) => ({
      right: sum.right + predictions.right,
      answered: sum.answered + predictions.answered,
    }),
    { right: 0, answered: 0 },
  );
  return `Lessons: ${done} of ${lessons.length} done, ${right} of ${answered} predictions right.`;
};
