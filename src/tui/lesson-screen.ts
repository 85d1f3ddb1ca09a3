import type { Course } from '../course/model.ts';
import { pretestOffer } from '../progress/pretest-offer.ts';
import type { Progress } from '../progress/progress.ts';
import type { Screen } from './navigation.ts';

/** The lesson; before the first one of a unit, the questions about it. */
export const lessonScreen = (
  lesson: string,
  course: Course | undefined,
  progress: Progress | undefined,
  step?: string,
): Screen => {
  const at = step === undefined ? {} : { step };
  return course && progress && pretestOffer(course, progress, lesson)
    ? { name: 'pretest', lesson, ...at }
    : { name: 'lesson', lesson, ...at };
};
