import type { Step } from '../course/model.ts';

// Without what draws the schedule, so that a screen can count before that is loaded.

/** A question that was wrong once, and is asked again. */
export interface ReviewItem {
  of: 'lesson' | 'quiz';
  /** Of the lesson or quiz. */
  file: string;
  title: string;
  step: Step;
  /** Milliseconds since 1970. */
  due: number;
  /** What the last wrong answers stand for. */
  misconceptions: string[];
}

/** As `progress --json` prints it. */
export interface ReviewSummary {
  due: number;
  scheduled: number;
  /** When the next one is due that is not yet; `null` when there is none. */
  next: string | null;
}

export const reviewSummary = (items: readonly ReviewItem[], now: number): ReviewSummary => {
  const next = nextDue(items, now);
  return {
    due: dueItems(items, now).length,
    scheduled: items.length,
    next: next === undefined ? null : new Date(next).toISOString(),
  };
};

export const dueItems = (items: readonly ReviewItem[], now: number): ReviewItem[] =>
  items.filter(({ due }) => due <= now);

/** When the first of those is due that are not yet. */
export const nextDue = (items: readonly ReviewItem[], now: number): number | undefined =>
  items.find(({ due }) => due > now)?.due;
