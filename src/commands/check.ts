import type { Course, Lesson, Problem, Quiz, Step } from '../course/model.ts';
import type { Stack } from '../stack/stack.ts';
import { exitCodes, type Register } from './exit.ts';
import { withStack } from './with-stack.ts';

export const registerCheck: Register = (program, outcome) => {
  program
    .command('check')
    .argument('[dir]', 'folder of a course; the built-in one when none is given')
    .description('report the problems of a course as file:line')
    .option('--run', 'also run every lab block and see whether its expectations hold')
    .action(async (dir: string | undefined, options: { run?: boolean }) => {
      const [{ loadCourse }, { checkCourse }, { packageRoot }] = await Promise.all([
        import('../course/load.ts'),
        import('../course/check.ts'),
        import('../stack/entries.ts'),
      ]);
      const { course, problems } = await loadCourse(dir ?? packageRoot(), { builtIn: dir === undefined });
      const found = [...problems, ...(await checkCourse(course))];
      // What cannot be read cannot be run: those problems come first.
      if (options.run && found.length === 0) {
        outcome.code = await withStack(async ({ openStack, signal }) => {
          found.push(...(await runCourse(course, await openStack(), signal)));
          return report(course, found);
        });
      } else outcome.code = report(course, found);
    });
};

const report = (course: Course, problems: readonly Problem[]): number => {
  for (const { file, line, message } of problems) process.stdout.write(`${file}:${line}: ${message}\n`);
  const questions = course.quizzes.reduce((sum, quiz) => sum + quiz.questions.length, 0);
  const steps = course.lessons.reduce((sum, lesson) => sum + lesson.steps.length, 0);
  process.stderr.write(
    `${course.lessons.length} lessons with ${steps} steps, ${course.quizzes.length} quizzes with ${questions} questions, ${problems.length} problems\n`,
  );
  return problems.length === 0 ? exitCodes.done : exitCodes.failed;
};

/** Runs every lab block; what does not hold is a problem of its line. */
const runCourse = async (course: Course, stack: Stack, signal: AbortSignal): Promise<Problem[]> => {
  const problems: Problem[] = [];
  const files: [Lesson | Quiz, Step[]][] = [
    ...course.lessons.map((lesson): [Lesson, Step[]] => [lesson, lesson.steps]),
    ...course.quizzes.map((quiz): [Quiz, Step[]] => [quiz, quiz.questions]),
  ];
  for (const [{ file }, steps] of files) {
    for (const step of steps) {
      if (signal.aborted) return problems;
      process.stderr.write(`running ${file} #${step.id}\n`);
      problems.push(...(await runStep(step, stack, signal)).map(problem => ({ file, ...problem })));
    }
  }
  return problems;
};

const runStep = async (step: Step, stack: Stack, signal: AbortSignal): Promise<Omit<Problem, 'file'>[]> => {
  const [{ runBlock }, { judgeOptions }] = await Promise.all([
    import('../lab/run.ts'),
    import('../lab/predict.ts'),
  ]);
  const problems: Omit<Problem, 'file'>[] = [];
  const question = step.items.find(item => item.kind === 'question')?.question;
  for (const item of step.items) {
    if (item.kind !== 'lab') continue;
    const { results, asked } = await runBlock(item.lab, stack, { signal });
    for (const { ok, line, expected, summary } of results)
      if (!ok)
        problems.push({
          line: line.line,
          message: `${line.command.source}: expected ${expected ?? 'that it can be done'}, observed ${summary}`,
        });
    if (!asked || question?.kind !== 'prediction') continue;
    for (const { option, holds, asMarked } of judgeOptions(question.options, asked))
      if (!asMarked)
        problems.push({
          line: question.line,
          message: `option "${option.id}" is marked as ${option.correct ? 'right' : 'wrong'}, and on the stack it ${holds ? 'holds' : 'does not hold'}`,
        });
  }
  return problems;
};
