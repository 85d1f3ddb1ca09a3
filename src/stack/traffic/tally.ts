import { type Histogram, sum } from './histogram.ts';

/** What was counted over some time; tallies of different times add up. */
export interface Tally {
  /** Visitors that came. */
  sent: number;
  /** Visitors that got their page: a status from 200 to 399. */
  served: number;
  /** The others, by reason; with `served` all whose visit is over. */
  failed: Readonly<Record<string, number>>;
  /** From the moment a visitor should have come to the last byte of the page; of those that were served. */
  latency: Histogram;
  /** How much too late visitors came: that is the generator's own fault. */
  lag: Histogram;
}

/** The tally of a short time, by the generator's clock. */
export interface Window extends Tally {
  /** Milliseconds since the start of the load. */
  fromMs: number;
  toMs: number;
  /** Visits that are not over at its end. */
  outstanding: number;
}

export const emptyTally: Tally = { sent: 0, served: 0, failed: {}, latency: {}, lag: {} };

export const addTallies = (a: Tally, b: Tally): Tally => ({
  sent: a.sent + b.sent,
  served: a.served + b.served,
  failed: sum(a.failed, b.failed),
  latency: sum(a.latency, b.latency),
  lag: sum(a.lag, b.lag),
});
