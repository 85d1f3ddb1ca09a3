import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bucketOf,
  count,
  type Histogram,
  percentile,
  sizeOf,
  sum,
} from '../../../src/stack/traffic/histogram.ts';

const histogramOf = (durations: readonly number[]): Histogram => {
  const histogram: Record<number, number> = {};
  for (const ms of durations) count(histogram, ms);
  return histogram;
};

const micro = fc.oneof(fc.nat({ max: 2000 }), fc.nat({ max: 12_000_000 })).map(value => value / 1000);
const durations = fc.array(micro, { minLength: 1, maxLength: 300 });

describe('a histogram', () => {
  it('is as exact as its buckets: at most 1/128 too long, and never too short', () => {
    fc.assert(
      fc.property(durations, fc.integer({ min: 1, max: 100 }), (given, percent) => {
        const sorted = given.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil((percent * given.length) / 100)) - 1] ?? Number.NaN;
        const found = percentile(histogramOf(given), percent) ?? Number.NaN;
        expect(found).toBeGreaterThanOrEqual(exact);
        expect(found).toBeLessThanOrEqual(exact * (1 + 1 / 128));
      }),
    );
  });

  it('is what both have counted when two are added up', () => {
    fc.assert(
      fc.property(durations, durations, (a, b) => {
        expect(sum(histogramOf(a), histogramOf(b))).toEqual(histogramOf([...a, ...b]));
      }),
    );
  });

  it('has a bucket for every duration, in their order, without gaps', () => {
    const buckets = Array.from({ length: 100_000 }, (_, value) => bucketOf(value / 1000));
    expect([...new Set(buckets)]).toEqual(Array.from({ length: (buckets.at(-1) ?? 0) + 1 }, (_, at) => at));
    expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
  });

  it('keeps its order through JSON', () => {
    const given = histogramOf([900, 3, 0.1, 45_000, 3]);
    expect(percentile(JSON.parse(JSON.stringify(given)), 40)).toBe(percentile(given, 40));
  });

  it.each<[number[], number, number | undefined]>([
    [[], 99, undefined],
    [[0], 50, 0],
    [[-1], 50, 0],
    [[0.001, 0.002, 0.003], 50, 0.002],
    [Array.from({ length: 100 }, (_, ms) => (ms + 1) / 10), 99, 9.919],
  ])('of %j has the percentile %i at %d', (given, percent, expected) => {
    expect(percentile(histogramOf(given), percent)).toBe(expected);
  });

  it('holds what lasts for ever', () => {
    expect(sizeOf(histogramOf([Number.POSITIVE_INFINITY, 1e12]))).toBe(2);
  });
});
