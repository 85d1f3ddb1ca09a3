import { chosenCourse } from './course.ts';
import { exitCodes, type Register } from './exit.ts';
import { find } from './find.ts';
import { mustReadAnswers, withPlain } from './plain.ts';
import { startScreens, wantsScreens } from './screens.ts';

export const registerQuiz: Register = (program, outcome) => {
  program
    .command('quiz')
    .argument('[quiz]', 'name of a quiz, such as request')
    .description('answer a quiz')
    .action(async (name: string | undefined) => {
      if (name === undefined && wantsScreens(program)) {
        outcome.code = await startScreens({ name: 'quizzes' });
        return;
      }
      const reading = chosenCourse();
      const course = await reading;
      const quiz = find(course.quizzes, name, 'quiz');
      if (wantsScreens(program)) {
        outcome.code = await startScreens({ name: 'quiz', quiz: quiz.id }, reading);
        return;
      }
      mustReadAnswers('a quiz has to ask');
      outcome.code = await withPlain(course, async room => {
        const { playQuiz } = await import('../plain/quiz.ts');
        await playQuiz({ ...room, quiz });
        return exitCodes.done;
      });
    });
};
