import type { Question } from '../course/model.ts';

/** What a right answer is worth at the first, second and third try. */
const CREDITS = [1, 0.5, 0.25];

/**
 * How often a question may be tried; the stack answers a prediction right after the first. A challenge may be graded
 * as often as one likes, and is answered when it is passed or given up.
 */
export function triesOf(question: Question): number {
  return question.kind === 'prediction' || question.kind === 'challenge' ? 1 : CREDITS.length;
}

/** `attempts` in their order: whether each was right. */
export function creditFor(attempts: readonly boolean[]): number {
  return CREDITS[attempts.indexOf(true)] ?? 0;
}

export interface Score {
  points: number;
  outOf: number;
  /** 0 to 1. */
  share: number;
  passed: boolean;
}

export function score(credits: readonly number[], pass: number): Score {
  const points = credits.reduce((sum, credit) => sum + credit, 0);
  const outOf = credits.length;
  const share = outOf === 0 ? 0 : points / outOf;
  // Credits are quarters and add up exactly, so 21 of 30 is the same number as 0.7.
  return { points, outOf, share, passed: outOf > 0 && share >= pass };
}

/** The first of the runs with the highest share. */
export function bestRun<T extends { share: number }>(runs: readonly T[]): T | undefined {
  return runs.reduce<T | undefined>((best, run) => (best && best.share >= run.share ? best : run), undefined);
}

/** Once passed stays passed, also when the pass mark is raised later. */
export function mastered(runs: readonly { passed: boolean }[]): boolean {
  return runs.some(run => run.passed);
}

/** `81 %`; rounded down, so that a share below the mark is never shown as the mark itself. */
export function percent(share: number): string {
  return `${Math.floor(share * 100 + 1e-9)} %`;
}
