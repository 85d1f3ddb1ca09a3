import type { Course, Lesson } from '../course/model.ts';
import { exitCodes, type Register, UsageError } from './exit.ts';
import { builtInCourse, openProgress, startScreens, wantsScreens } from './screens.ts';
import { withStack } from './with-stack.ts';

export const registerLearn: Register = (program, outcome) => {
  program
    .command('learn')
    .argument('[lesson]', 'name of a lesson, such as user-story')
    .description('read a lesson and run its experiments')
    .action(async (name: string | undefined) => {
      if (wantsScreens(program) && name === undefined) {
        outcome.code = await startScreens({ name: 'lessons' });
        return;
      }
      const course = await builtInCourse();
      const lesson = find(course.lessons, name, 'lesson');
      outcome.code = wantsScreens(program)
        ? await startScreens({ name: 'lesson', lesson: lesson.id })
        : await playPlainLesson(course, lesson, { interactive: true });
    });
};

/** The one of that name; the first one when none is given. */
export const find = <T extends { id: string }>(
  all: readonly T[],
  name: string | undefined,
  kind: string,
): T => {
  const found = name === undefined ? all[0] : all.find(({ id }) => id === name);
  if (found) return found;
  throw new UsageError(`there is no ${kind} "${name}"; there is ${all.map(({ id }) => id).join(', ')}`);
};

export const playPlainLesson = (
  course: Course,
  lesson: Lesson,
  { interactive }: { interactive: boolean },
): Promise<number> =>
  withStack(async ({ openStack, signal, interrupt }) => {
    const [{ openConsole }, { playLesson }] = await Promise.all([
      import('../plain/console.ts'),
      import('../plain/lesson.ts'),
    ]);
    const store = await openProgress();
    const console = openConsole(interrupt);
    try {
      for (const notice of store.notices) console.out(notice);
      const held = await playLesson({ course, lesson, console, store, interactive, openStack, signal });
      return held ? exitCodes.done : exitCodes.failed;
    } finally {
      await store.settled();
      console.close();
    }
  });
