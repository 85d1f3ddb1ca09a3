import type { Lesson } from '../course/model.ts';
import { chosenCourse } from './course.ts';
import { exitCodes, type Register } from './exit.ts';
import { find } from './find.ts';
import { canAsk, type PlainRoom, withPlain } from './plain.ts';
import { startScreens, wantsScreens } from './screens.ts';

export const registerLearn: Register = (program, outcome) => {
  program
    .command('learn')
    .argument('[lesson]', 'name of a lesson, such as user-story')
    .description('read a lesson and run its experiments')
    .action(async (name: string | undefined) => {
      if (name === undefined && wantsScreens(program)) {
        outcome.code = await startScreens({ name: 'lessons' });
        return;
      }
      const reading = chosenCourse();
      const course = await reading;
      const lesson = find(course.lessons, name, 'lesson');
      outcome.code = wantsScreens(program)
        ? await startScreens({ name: 'lesson', lesson: lesson.id }, reading)
        : await withPlain(course, room => playOrTell(room, lesson, canAsk(program)));
    });
};

/** Plays the lesson with somebody, or tells it where nobody can be asked. */
export const playOrTell = async (room: PlainRoom, lesson: Lesson, ask: boolean): Promise<number> => {
  if (ask) {
    const { playLesson } = await import('../plain/lesson.ts');
    return (await playLesson({ ...room, lesson })) ? exitCodes.done : exitCodes.failed;
  }
  const { tellLesson } = await import('../plain/transcript.ts');
  const { seed } = room.store.progress();
  return (await tellLesson({ ...room, lesson, seed })) ? exitCodes.done : exitCodes.failed;
};
