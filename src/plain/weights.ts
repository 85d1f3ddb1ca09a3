import { type Histogram, longestOf } from '../stack/traffic/histogram.ts';

/** Durations by their bucket, each with how much it counts: what is old counts less. */
export type Weights = Readonly<Record<number, number>>;

/** Less than that says nothing any more. */
const negligible = 1e-3;

/** What was there before, with `kept` (0 to 1) of its weight, and what has come. */
export const weigh = (before: Weights, kept: number, added: Histogram): Weights => {
  const weights: Record<number, number> = {};
  for (const [bucket, weight] of Object.entries(before))
    if (weight * kept >= negligible) weights[Number(bucket)] = weight * kept;
  for (const [bucket, count] of Object.entries(added))
    weights[Number(bucket)] = (weights[Number(bucket)] ?? 0) + count;
  return weights;
};

/** Milliseconds that `percent` of the weight does not exceed; nothing when there is none. */
export const weightedPercentile = (weights: Weights, percent: number): number | undefined => {
  const all = Object.entries(weights);
  const rank = (percent / 100) * all.reduce((sum, [, weight]) => sum + weight, 0);
  let seen = 0;
  for (const [bucket, weight] of all) {
    seen += weight;
    // Sums of fractions may miss the last one by a hair.
    if (seen >= rank - 1e-9) return longestOf(Number(bucket));
  }
  return undefined;
};
