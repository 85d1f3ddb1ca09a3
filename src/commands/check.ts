import { isAbsolute, join, relative } from 'node:path';
import type { Course, Problem } from '../course/model.ts';
import { chosenDir } from './course.ts';
import { exitCodes, type Register } from './exit.ts';
import { runCourse } from './run-course.ts';
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
      const chosen = dir ?? chosenDir();
      const { course, problems } = await loadCourse(chosen ?? packageRoot(), {
        builtIn: chosen === undefined,
      });
      const found = [...problems, ...(await checkCourse(course))];
      // What cannot be read cannot be run: those problems come first.
      outcome.code =
        options.run && found.length === 0
          ? await withStack(async ({ openStack, signal }) =>
              report(course, await runCourse(course, await openStack(), signal, progressOf)),
            )
          : report(course, found);
    });
};

const progressOf = (file: string, step: string): void => {
  process.stderr.write(`running ${file} #${step}\n`);
};

const report = (course: Course, problems: readonly Problem[]): number => {
  for (const { file, line, message } of problems)
    process.stdout.write(`${pathOf(course, file)}:${line}: ${message}\n`);
  const questions = course.quizzes.reduce((sum, quiz) => sum + quiz.questions.length, 0);
  const steps = course.lessons.reduce((sum, lesson) => sum + lesson.steps.length, 0);
  const counts: [number, string][] = [
    [course.lessons.length, 'lesson'],
    [steps, 'step'],
    [course.quizzes.length, 'quiz'],
    [questions, 'question'],
    [problems.length, 'problem'],
  ];
  process.stderr.write(`${counts.map(([count, noun]) => counted(count, noun)).join(', ')}\n`);
  return problems.length === 0 ? exitCodes.done : exitCodes.failed;
};

const counted = (count: number, noun: string): string =>
  `${count} ${count === 1 ? noun : noun === 'quiz' ? 'quizzes' : `${noun}s`}`;

/** As it can be opened from here. */
const pathOf = ({ dir }: Course, file: string): string => {
  const path = relative(process.cwd(), join(dir, file));
  return path.startsWith('..') || isAbsolute(path) ? join(dir, file) : path;
};
