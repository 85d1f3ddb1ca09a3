import { stat } from 'node:fs/promises';
import type { Course } from '../course/model.ts';
import { UsageError } from './exit.ts';

interface Choice {
  /** Folder of a course from elsewhere. */
  dir?: string;
  /** Its lab blocks may run without asking. */
  agreed: boolean;
}

let choice: Choice = { agreed: false };

/** What `--course` and `--yes` say, for this command line. */
export const chooseCourse = (chosen: Choice): void => {
  choice = chosen;
};

export const chosenDir = (): string | undefined => choice.dir;

/** Content of a course from elsewhere runs only after a yes; the built-in one is part of the program. */
export const mustAsk = (): boolean => choice.dir !== undefined && !choice.agreed;

/** The course of this command line. Throws UsageError where the folder holds none. */
export const chosenCourse = async (): Promise<Course> => {
  const [{ loadCourse }, { packageRoot }] = await Promise.all([
    import('../course/load.ts'),
    import('../stack/entries.ts'),
  ]);
  // The problems of the built-in one are found by its tests, not by learners.
  if (choice.dir === undefined) return (await loadCourse(packageRoot(), { builtIn: true })).course;
  const isFolder = await stat(choice.dir).then(
    found => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new UsageError(`there is no folder ${choice.dir}: --course expects that of a course`);
  const { course, problems } = await loadCourse(choice.dir);
  const [first] = problems;
  if (course.lessons.length + course.quizzes.length === 0 && first) throw new UsageError(first.message);
  return course;
};
