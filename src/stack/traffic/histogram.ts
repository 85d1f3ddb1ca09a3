/**
 * Counts of durations in buckets that are at most 1/128 wide of what they hold (as in HdrHistogram). Not that of
 * node:perf_hooks: it cannot leave its process nor be merged there, and every result here (a second on a meter, a
 * deployment, a whole load) is the sum of the windows that the generator sends.
 */

/** How many durations each bucket holds, by its number; JavaScript keeps such keys in ascending order. */
export type Histogram = Readonly<Record<number, number>>;

const bits = 7;
const half = 1 << bits;
const longest = 2 ** 31 - 1;

/** The bucket of a duration in milliseconds, counted in microseconds. */
export const bucketOf = (ms: number): number => {
  const value = Math.min(longest, Math.max(0, Math.round(ms * 1000)));
  if (value < 2 * half) return value;
  const shift = 31 - Math.clz32(value) - bits;
  return shift * half + (value >>> shift);
};

/** The longest duration that a bucket holds, in milliseconds. */
export const longestOf = (bucket: number): number => {
  const shift = Math.max(0, Math.floor(bucket / half) - 1);
  return ((bucket - shift * half + 1) * 2 ** shift - 1) / 1000;
};

/** Counts one more; the only thing here that changes what it is given. */
export const count = (histogram: Record<number, number>, ms: number): void => {
  const bucket = bucketOf(ms);
  histogram[bucket] = (histogram[bucket] ?? 0) + 1;
};

export const sizeOf = (histogram: Histogram): number =>
  Object.values(histogram).reduce((sum, each) => sum + each, 0);

/** What both hold together; also for counts under other names. */
export const sum = <Counts extends Readonly<Record<string | number, number>>>(
  a: Counts,
  b: Counts,
): Counts => {
  const total: Record<string, number> = { ...a };
  for (const [name, each] of Object.entries(b)) total[name] = (total[name] ?? 0) + each;
  return total as Counts;
};

/** Milliseconds that `percent` of the durations do not exceed, at most 0.8 % too long; nothing when there are none. */
export const percentile = (histogram: Histogram, percent: number): number | undefined => {
  const rank = Math.max(1, Math.ceil((percent * sizeOf(histogram)) / 100));
  let seen = 0;
  for (const [bucket, each] of Object.entries(histogram)) {
    seen += each;
    if (seen >= rank) return longestOf(Number(bucket));
  }
  return undefined;
};
