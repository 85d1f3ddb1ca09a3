import { exitCodes, type Register } from './exit.ts';
import { find } from './find.ts';
import { playOrTell } from './learn.ts';
import { type PlainRoom, withPlain } from './plain.ts';
import { builtInCourse, isTerminal, startScreens, wantsScreens } from './screens.ts';

/** Without a command: the home screen; without a terminal: the user story, live. */
export const registerHome: Register = (program, outcome) => {
  program.action(async () => {
    if (wantsScreens(program)) {
      outcome.code = await startScreens({ name: 'home' });
      return;
    }
    const course = await builtInCourse();
    const story = find(course.lessons, undefined, 'lesson');
    outcome.code = await withPlain(course, room =>
      isTerminal() ? playHome(room) : playOrTell(room, story, false),
    );
  });
};

/** The home screen in lines: asks what to do, until the learner leaves. */
const playHome = async (room: PlainRoom): Promise<number> => {
  const { course, store, console, signal } = room;
  const [{ choose }, { summarise }] = await Promise.all([
    import('../plain/home.ts'),
    import('../progress/summary.ts'),
  ]);
  while (!signal.aborted) {
    const summary = summarise(course, store.progress());
    const choice = await choose(console, summary);
    switch (choice?.kind) {
      case undefined:
        return exitCodes.done;
      case 'lesson':
        await playOrTell(room, find(course.lessons, choice.id, 'lesson'), true);
        break;
      case 'quiz': {
        const { playQuiz } = await import('../plain/quiz.ts');
        await playQuiz({ ...room, quiz: find(course.quizzes, choice.id, 'quiz') });
        break;
      }
      case 'lab': {
        const { playLab } = await import('../plain/lab-prompt.ts');
        await playLab(room);
        break;
      }
      case 'progress': {
        const { progressLines } = await import('../plain/progress.ts');
        console.out('', ...progressLines(summary, console.width));
        break;
      }
    }
  }
  return exitCodes.done;
};
