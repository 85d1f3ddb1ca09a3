import { plainText } from '../course/plain-text.ts';
import type { ReviewSummary } from '../progress/due.ts';
import type { LessonSummary, QuizSummary, Summary } from '../progress/summary.ts';
import { percent } from '../quiz/score.ts';
import { gainWords } from './gain-words.ts';
import { masteryWords } from './mastery-words.ts';
import { reviewWords } from './review-words.ts';
import { counted, hanging } from './text.ts';

/** What has been done of the course, a line for each lesson and quiz, and what comes next. */
export const progressLines = (summary: Summary, width: number, review?: ReviewSummary): string[] => [
  ...summary.lessons.flatMap(lesson =>
    hanging('- ', `Lesson ${lesson.id}, ${plainText(lesson.title)}: ${lessonWords(lesson)}`, width),
  ),
  ...summary.quizzes.flatMap(quiz =>
    hanging('- ', `Quiz ${quiz.id}, ${plainText(quiz.title)}: ${quizWords(quiz)}`, width),
  ),
  ...summary.quizzes.flatMap(quiz =>
    quiz.challenges.length === 0
      ? []
      : hanging('- ', `Mastery of ${plainText(quiz.title)}: ${masteryWords(quiz)}`, width),
  ),
  ...summary.quizzes.flatMap(quiz =>
    quiz.gain ? hanging('- ', `Gain in ${plainText(quiz.title)}: ${gainWords(quiz.gain)}`, width) : [],
  ),
  ...(review && review.scheduled > 0 ? hanging('- ', `Review: ${reviewWords(review)}`, width) : []),
  ...hanging('', nextWords(summary), width),
];

export const lessonWords = ({ state, done, steps, predictions }: LessonSummary): string => {
  if (state === 'new') return `new, ${counted(steps, 'step')}`;
  const told =
    predictions.answered > 0
      ? `, ${predictions.right} of ${counted(predictions.answered, 'prediction')} right`
      : '';
  return `${state === 'done' ? 'done' : `${done} of ${counted(steps, 'step')} done`}${told}`;
};

export const quizWords = (quiz: QuizSummary): string => {
  const { best, passed, runs, halfWay, pointsSoFar, questions } = quiz;
  const open =
    halfWay === null
      ? []
      : [`left half-way with ${halfWay} of ${questions} begun and ${counted(pointsSoFar ?? 0, 'point')}`];
  if (!best) return open.length > 0 ? open.join('') : `new, ${counted(questions, 'question')}`;
  return [
    passed ? 'passed' : 'not passed yet',
    `best ${percent(best.share)} of ${counted(runs, 'run')}`,
    ...open,
  ].join(', ');
};

const nextWords = ({ continue: next }: Summary): string => {
  if (!next) return 'Everything is done.';
  const command = next.kind === 'step' ? 'learn' : 'quiz';
  return `Next: web-stack-tutor ${command} ${next.id}`;
};
