import { chosenCourse } from './course.ts';
import { exitCodes, type Register } from './exit.ts';
import { startScreens, wantsScreens } from './screens.ts';

export const registerGlossary: Register = (program, outcome) => {
  program
    .command('glossary')
    .argument('[word]', 'a word, or a piece of one; all words when none is given')
    .description('say what a word means')
    .action(async (word: string | undefined) => {
      if (word === undefined && wantsScreens(program)) {
        outcome.code = await startScreens({ name: 'glossary' });
        return;
      }
      const [course, { glossaryLines }] = await Promise.all([chosenCourse(), import('../plain/glossary.ts')]);
      const width = Math.min(80, process.stdout.columns ?? 80);
      const lines = glossaryLines(course, word, width);
      if (lines.length > 0) process.stdout.write(lines.map(line => `${line}\n`).join(''));
      else {
        process.stderr.write(`The glossary has no word "${word}": web-stack-tutor glossary prints all\n`);
        outcome.code = exitCodes.failed;
      }
    });
};
