import { exitCodes, type Register } from './exit.ts';
import { find } from './learn.ts';
import { builtInCourse, openProgress } from './screens.ts';

export const registerProgress: Register = (program, outcome) => {
  const command = program
    .command('progress')
    .description('show what you have done')
    .option('--json', 'print it as JSON')
    .action(async (options: { json?: boolean }) => {
      const [course, store, { summarize }] = await Promise.all([
        builtInCourse(),
        openProgress(),
        import('../progress/summary.ts'),
      ]);
      for (const notice of store.notices) process.stderr.write(`${notice}\n`);
      const summary = summarize(course, store.progress());
      if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
      else {
        const { progressLines } = await import('../plain/progress.ts');
        process.stdout.write(`${progressLines(summary).join('\n')}\n`);
      }
    });
  command
    .command('reset')
    .argument('[lesson]', 'name of a lesson or quiz; everything when none is given')
    .description('forget what you have done')
    .exitOverride()
    .action(async (name: string | undefined) => {
      const [course, store] = await Promise.all([builtInCourse(), openProgress()]);
      const place = { course: course.id, at: Date.now() };
      const warnings: (string | undefined)[] = [];
      if (name === undefined) warnings.push(await store.record({ ...place, type: 'course-reset' }));
      else {
        const { file } = find([...course.lessons, ...course.quizzes], name, 'lesson or quiz');
        const type = file.startsWith('quizzes/') ? 'quiz-reset' : 'lesson-reset';
        warnings.push(await store.record({ ...place, type, file }));
      }
      await store.settled();
      const problems = [...store.notices, ...warnings].filter(Boolean);
      for (const problem of problems) process.stderr.write(`${problem}\n`);
      if (warnings.some(Boolean)) outcome.code = exitCodes.failed;
      else
        process.stdout.write(
          `${name === undefined ? 'All progress' : `The progress of "${name}"`} is forgotten.\n`,
        );
    });
};
