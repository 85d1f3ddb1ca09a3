import type { Course, Question, Step } from '../course/model.ts';
import { misconceptionsIn, questionOf } from '../course/sections.ts';
import type { Answer } from '../quiz/answer.ts';
import { type Attempt, countedAttempts } from '../quiz/question-state.ts';
import { triesOf } from '../quiz/score.ts';
import type { ReviewItem } from './due.ts';
import {
  entry,
  type LessonProgress,
  lessonProgress,
  type Progress,
  type QuizProgress,
  quizProgress,
  type Sitting,
} from './progress.ts';
import { dueAfter, type Recall } from './schedule.ts';

/**
 * Everything that was wrong once, what is due first at the front. The schedule is not kept: it follows from the
 * answers, so it is right whatever was merged, and for answers from before there was a review.
 */
export const reviewItems = (course: Course, progress: Progress): ReviewItem[] => {
  const lessons = course.lessons.flatMap(({ file, title, steps }) => {
    const known = lessonProgress(progress, course.id, file);
    return steps.flatMap(step =>
      itemOf(step, question => lessonSittings(known, step, question), { of: 'lesson', file, title }),
    );
  });
  const quizzes = course.quizzes.flatMap(({ file, title, questions }) => {
    const known = quizProgress(progress, course.id, file);
    return questions.flatMap(step =>
      itemOf(step, question => quizSittings(known, step, question), { of: 'quiz', file, title }),
    );
  });
  return [...lessons, ...quizzes].sort((a, b) => a.due - b.due);
};

const itemOf = (
  step: Step,
  sittingsOf: (question: Question) => Sitting[],
  place: Pick<ReviewItem, 'of' | 'file' | 'title'>,
): ReviewItem[] => {
  const question = questionOf(step);
  if (!question) return [];
  const sittings = sittingsOf(question).sort((a, b) => a.at - b.at);
  const due = dueAfter(sittings.map(({ at, attempts }) => ({ at, recall: recallOf(attempts) })));
  if (due === undefined) return [];
  const wrong = sittings.findLast(({ attempts }) => recallOf(attempts) !== 'good')?.attempts ?? [];
  const options = wrong.filter(({ right }) => !right).flatMap(({ answer }) => optionsOf(answer));
  return [{ ...place, step, due, misconceptions: [...new Set(misconceptionsIn(question, options))] }];
};

const lessonSittings = ({ steps, reviews = {} }: LessonProgress, { id }: Step, question: Question) => {
  const first = entry(steps, id)?.prediction;
  const told: Sitting[] = first
    ? [
        {
          at: first.at,
          attempts: [{ answer: { kind: 'prediction', option: first.option }, right: first.right }],
        },
      ]
    : [];
  return question.kind === 'prediction' ? [...told, ...Object.values(entry(reviews, id) ?? {})] : [];
};

/** Every time that the question was answered to its end: in a run, in practice, in a review. */
const quizSittings = ({ runs, reviews = {} }: QuizProgress, { id }: Step, question: Question): Sitting[] => [
  ...Object.values(runs).flatMap(({ answers }) => {
    const attempts = countedAttempts(question, entry(answers, id) ?? []);
    const last = attempts.at(-1);
    return last && (last.right || attempts.length === triesOf(question)) ? [{ at: last.at, attempts }] : [];
  }),
  ...Object.values(entry(reviews, id) ?? {}),
];

const recallOf = (attempts: readonly Attempt[]): Recall => {
  const right = attempts.findIndex(attempt => attempt.right);
  return right === 0 ? 'good' : right === 1 ? 'hard' : 'again';
};

const optionsOf = (answer: Answer): string[] => {
  if (answer.kind === 'choice' || answer.kind === 'prediction') return [answer.option];
  return answer.kind === 'multiple' ? answer.options : [];
};
