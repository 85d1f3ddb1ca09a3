import { exitCodes, type Register } from './exit.ts';
import { playPlainLesson } from './learn.ts';
import { builtInCourse, startScreens, wantsScreens } from './screens.ts';

/** Without a command: the home screen; without a terminal: the user story, live. */
export const registerHome: Register = (program, outcome) => {
  program.argument('[command]').action(async (unknown: string | undefined) => {
    if (unknown !== undefined)
      program.error(`error: unknown command '${unknown}'`, { exitCode: exitCodes.usage });
    if (wantsScreens(program)) {
      outcome.code = await startScreens({ name: 'home' });
      return;
    }
    const course = await builtInCourse();
    const [story] = course.lessons;
    if (!story) throw new Error('the built-in course has no lesson; install web-stack-tutor again');
    outcome.code = await playPlainLesson(course, story, { interactive: process.stdin.isTTY === true });
  });
};
