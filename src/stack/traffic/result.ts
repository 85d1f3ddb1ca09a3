import { percentile } from './histogram.ts';
import { ownFailures } from './outcome.ts';
import type { Tally } from './tally.ts';

/** What came of a load, or of some time of it. Times in milliseconds, of the visitors that were served. */
export interface LoadResult {
  sent: number;
  failed: number;
  /** By reason, the most frequent first. */
  failures: { reason: string; count: number }[];
  /** Share of the visits that are over and were served, from 0 to 1; absent when none is over. */
  availability?: number;
  p50?: number;
  p95?: number;
  p99?: number;
  /** Milliseconds by which the generator itself was late. */
  lagP99: number;
  valid: boolean;
  /** Why it is not valid, as half a sentence. */
  doubt?: string;
}

/** Later than this, latencies say more about the generator than about the stack. */
export const mostLagMs = 20;

export const resultOf = (tally: Tally): LoadResult => {
  const { sent, served, latency, lag } = tally;
  const failures = Object.entries(tally.failed)
    .map(([reason, count]) => ({ reason, count }))
    .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
  const failed = failures.reduce((sum, { count }) => sum + count, 0);
  const over = served + failed;
  const lagP99 = percentile(lag, 99) ?? 0;
  const doubt = doubtOf(lagP99, tally);
  return {
    sent,
    failed,
    failures,
    ...(over > 0 && { availability: served / over }),
    ...percentiles(latency),
    lagP99,
    valid: doubt === undefined,
    ...(doubt !== undefined && { doubt }),
  };
};

const percentiles = (latency: Tally['latency']): Pick<LoadResult, 'p50' | 'p95' | 'p99'> => {
  const [p50, p95, p99] = [50, 95, 99].map(percent => percentile(latency, percent));
  return p50 === undefined || p95 === undefined || p99 === undefined ? {} : { p50, p95, p99 };
};

const doubtOf = (lagP99: number, { sent, failed }: Tally): string | undefined => {
  const [, noSocket] = ownFailures;
  if (sent === 0) return 'nobody came';
  if (failed[noSocket]) return 'this machine had no port or file left for more visitors';
  if (lagP99 > mostLagMs) return `this machine was too busy: visitors came ${Math.round(lagP99)} ms too late`;
  return undefined;
};
