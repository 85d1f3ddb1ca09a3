import { chosenCourse } from './course.ts';
import { exitCodes, type Register } from './exit.ts';
import { mustReadAnswers, withPlain } from './plain.ts';
import { startScreens, wantsScreens } from './screens.ts';

export const registerReview: Register = (program, outcome) => {
  program
    .command('review')
    .description('answer again what was wrong, when it is due')
    .action(async () => {
      if (wantsScreens(program)) {
        outcome.code = await startScreens({ name: 'review' });
        return;
      }
      mustReadAnswers('a review has to ask');
      outcome.code = await withPlain(await chosenCourse(), async room => {
        const { playReview } = await import('../plain/review.ts');
        return (await playReview(room)) ? exitCodes.done : exitCodes.failed;
      });
    });
};
