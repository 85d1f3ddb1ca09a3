import type { Course, Quiz, Step } from '../course/model.ts';
import { unitsOf } from '../course/sections.ts';
import { pretestQuestions } from '../quiz/pretest.ts';
import { lessonProgress, type Progress, quizProgress } from './progress.ts';

export interface PretestOffer {
  /** Whose questions they are. */
  quiz: Quiz;
  questions: Step[];
}

/**
 * What can be asked before a lesson is opened: nothing once anything of its unit was begun, because then it would not
 * tell what was known before, and nothing a second time.
 */
export const pretestOffer = (
  course: Course,
  progress: Progress,
  lesson: string,
): PretestOffer | undefined => {
  const unit = unitsOf(course).find(({ lessons }) => lessons.some(({ id }) => id === lesson));
  if (!unit) return undefined;
  const { quiz, lessons } = unit;
  const known = quizProgress(progress, course.id, quiz.file);
  const begun =
    known.pretest !== undefined ||
    Object.keys(known.runs).length > 0 ||
    lessons.some(({ file }) => Object.keys(lessonProgress(progress, course.id, file).steps).length > 0);
  const questions = begun ? [] : pretestQuestions(quiz, course, progress.seed);
  return questions.length === 0 ? undefined : { quiz, questions };
};

/** The section up to its question: what stands behind it would give the answer away. */
export const onlyAsked = (step: Step): Step => {
  const at = step.items.findIndex(({ kind }) => kind === 'question');
  const items = step.items.filter(({ kind }, index) => index === at || (index < at && kind === 'text'));
  return { ...step, items };
};
