import { exitCodes, type Register } from './exit.ts';
import { find } from './learn.ts';
import { builtInCourse, openProgress, startScreens, wantsScreens } from './screens.ts';
import { withStack } from './with-stack.ts';

export const registerQuiz: Register = (program, outcome) => {
  program
    .command('quiz')
    .argument('[quiz]', 'name of a quiz, such as request')
    .description('answer a quiz')
    .action(async (name: string | undefined) => {
      if (wantsScreens(program) && name === undefined) {
        outcome.code = await startScreens({ name: 'quizzes' });
        return;
      }
      const course = await builtInCourse();
      const quiz = find(course.quizzes, name, 'quiz');
      if (wantsScreens(program)) {
        outcome.code = await startScreens({ name: 'quiz', quiz: quiz.id });
        return;
      }
      outcome.code = await withStack(async ({ openStack, signal, interrupt }) => {
        const [{ openConsole }, { playQuiz }] = await Promise.all([
          import('../plain/console.ts'),
          import('../plain/quiz.ts'),
        ]);
        const store = await openProgress();
        const console = openConsole(interrupt);
        try {
          for (const notice of store.notices) console.out(notice);
          await playQuiz({ course, quiz, console, store, openStack, signal });
          return exitCodes.done;
        } finally {
          await store.settled();
          console.close();
        }
      });
    });
};
