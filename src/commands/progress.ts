import { chosenCourse } from './course.ts';
import { exitCodes, type Register } from './exit.ts';
import { find } from './find.ts';
import { openProgress } from './screens.ts';

export const registerProgress: Register = (program, outcome) => {
  const command = program
    .command('progress')
    .description('show what you have done')
    .option('--json', 'print it as JSON')
    .action(async (options: { json?: boolean }) => {
      const [course, store, { summarise }, { reviewItems }, { reviewSummary }] = await Promise.all([
        chosenCourse(),
        openProgress(),
        import('../progress/summary.ts'),
        import('../progress/review.ts'),
        import('../progress/due.ts'),
      ]);
      for (const notice of store.notices) process.stderr.write(`${notice}\n`);
      const summary = summarise(course, store.progress());
      const review = reviewSummary(reviewItems(course, store.progress()), Date.now());
      if (options.json) process.stdout.write(`${JSON.stringify({ ...summary, review })}\n`);
      else {
        const { progressLines } = await import('../plain/progress.ts');
        const width = Math.min(80, process.stdout.columns ?? 80);
        process.stdout.write(`${progressLines(summary, width, review).join('\n')}\n`);
      }
    });
  command
    .command('reset')
    .argument('[lesson]', 'name of a lesson or quiz; everything when none is given')
    .description('forget what you have done')
    .action(async (name: string | undefined) => {
      const [course, store] = await Promise.all([chosenCourse(), openProgress()]);
      const place = { course: course.id, at: Date.now() };
      const found =
        name === undefined ? undefined : find([...course.lessons, ...course.quizzes], name, 'lesson or quiz');
      const warning = await store.record(
        found === undefined
          ? { ...place, type: 'course-reset' }
          : {
              ...place,
              type: found.file.startsWith('quizzes/') ? 'quiz-reset' : 'lesson-reset',
              file: found.file,
            },
      );
      await store.settled();
      for (const notice of [...store.notices, warning]) if (notice) process.stderr.write(`${notice}\n`);
      if (warning) outcome.code = exitCodes.failed;
      else process.stdout.write(`${found ? `The progress of ${found.id}` : 'All progress'} is forgotten.\n`);
    });
};
