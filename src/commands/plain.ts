import type { Command } from 'commander';
import type { Course } from '../course/model.ts';
import type { Room } from '../plain/section.ts';
import type { ProgressStore } from '../progress/store.ts';
import { mustAsk } from './course.ts';
import { UsageError } from './exit.ts';
import { isTerminal, openProgress } from './screens.ts';
import { withStack } from './with-stack.ts';

/** Everything that the plain mode plays with. */
export interface PlainRoom extends Room {
  course: Course;
  store: ProgressStore;
}

/** Opens console and progress, and closes them however it ends; resolves to the exit code. */
export const withPlain = (course: Course, use: (room: PlainRoom) => Promise<number>): Promise<number> =>
  withStack(async ({ openStack, openNetwork, signal, interrupt }) => {
    const ask = mustAsk();
    if (ask && !isTerminal())
      throw new UsageError(
        'nobody can be asked whether the lab blocks of this course may run: --yes lets them',
      );
    const [{ openConsole }, store] = await Promise.all([import('../plain/console.ts'), openProgress()]);
    const console = openConsole({ signal, interrupt });
    try {
      for (const notice of store.notices) console.note(notice);
      const mayRun = ask && (await import('../plain/consent.ts')).askConsent(console);
      return await use({ console, course, store, openStack, openNetwork, signal, ...(mayRun && { mayRun }) });
    } finally {
      await store.settled();
      console.close();
    }
  });

/**
 * Whether somebody can be asked: in a terminal, or, where lines are asked for by `--plain`, through whatever the
 * standard input is.
 */
export const canAsk = (program: Command): boolean => {
  const { stdin, stdout } = process;
  return stdin.isTTY ? stdout.isTTY === true : program.opts<{ plain?: boolean }>().plain === true;
};

/** For what makes no sense when nobody answers: throws UsageError where the questions could not be seen. */
export const mustReadAnswers = (what: string): void => {
  if (process.stdin.isTTY && !process.stdout.isTTY)
    throw new UsageError(
      `${what}, and nobody would see it in a file or pipe: run it without redirecting its output`,
    );
};
