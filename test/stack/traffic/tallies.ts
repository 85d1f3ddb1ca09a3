import fc from 'fast-check';
import { count } from '../../../src/stack/traffic/histogram.ts';
import type { Tally, Window } from '../../../src/stack/traffic/tally.ts';

const histogramOf = (durations: readonly number[]): Record<number, number> => {
  const histogram: Record<number, number> = {};
  for (const ms of durations) count(histogram, ms);
  return histogram;
};

/** What was counted when visitors were served after these times, and others failed. */
export const tallyOf = (
  served: readonly number[],
  failed: Record<string, number> = {},
  lag: readonly number[] = served.map(() => 1),
): Tally => ({
  sent: served.length + Object.values(failed).reduce((sum, each) => sum + each, 0),
  served: served.length,
  failed,
  latency: histogramOf(served),
  lag: histogramOf(lag),
});

/** The window of a quarter of a second, by its number. */
export const windowOf = (number: number, tally: Tally, outstanding = 0): Window => ({
  ...tally,
  fromMs: number * 250,
  toMs: (number + 1) * 250,
  outstanding,
});

export const anyTally: fc.Arbitrary<Tally> = fc
  .tuple(
    fc.array(fc.nat({ max: 5000 }), { maxLength: 20 }),
    fc.dictionary(fc.constantFrom('refused', 'timeout', '503 from app'), fc.integer({ min: 1, max: 50 })),
    fc.array(fc.nat({ max: 100 }), { maxLength: 20 }),
  )
  .map(given => tallyOf(...given));
