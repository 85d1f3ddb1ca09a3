import type { Command } from 'commander';
import type { Course } from '../course/model.ts';
import type { ProgressStore } from '../progress/store.ts';
import type { Screen } from '../tui/navigation.ts';
import { chosenCourse, mustAsk } from './course.ts';
import { withStack } from './with-stack.ts';

export const isTerminal = (): boolean => process.stdin.isTTY === true && process.stdout.isTTY === true;

/** Screens need a terminal at both ends, and nobody who asked for plain lines. */
export const wantsScreens = (program: Command): boolean =>
  program.opts<{ plain?: boolean }>().plain !== true && isTerminal();

/** `course` where it is being read already. */
export const startScreens = (screen: Screen, course?: Promise<Course>): Promise<number> =>
  withStack(
    async ({ openStack, openNetwork, signal }) => {
      const { startTui } = await import('../tui/start.tsx');
      return startTui({
        screen,
        openStack,
        openNetwork,
        signal,
        loadCourse: () => course ?? chosenCourse(),
        askBeforeRunning: mustAsk(),
        openProgress,
      });
    },
    { quiet: true },
  );

export const openProgress = async (): Promise<ProgressStore> =>
  (await import('../progress/store.ts')).openProgress();
