/** How many visitors come, how fast and for how long: pure, so that both sides of the protocol share it. */

export interface LoadOrder {
  /** Visitors a second; they come evenly, whether those before them have been answered or not (open model). */
  ratePerS: number;
  /** Without an end it goes on in the background until it is stopped. */
  durationMs?: number;
  /** A path of the site, query included. */
  path: string;
  /** `fresh`: each with empty caches and a connection of its own. `returning`: they keep both. */
  visitors?: 'fresh' | 'returning';
}

/** What a laptop bears, and what the generator can send without lying about it. */
export const bounds = {
  ratePerS: 1000,
  durationMs: 600_000,
  /** After as many a load without an end ends by itself: each leaves a kilobyte in the logs. */
  visitors: 600_000,
  /** Visitors that wait at the same time; one more is not let in, and counted as failed. */
  outstanding: 2000,
} as const;

/** The page that is asked for when nobody says which. */
export const defaultPath = '/guestbook';

/** What is wrong with an order, as half a sentence. */
export const orderProblem = ({ ratePerS, durationMs, path }: LoadOrder): string | undefined => {
  if (!Number.isInteger(ratePerS) || ratePerS < 1 || ratePerS > bounds.ratePerS)
    return `a load has 1 to ${bounds.ratePerS} visitors a second`;
  if (durationMs !== undefined && !(durationMs >= 1 && durationMs <= bounds.durationMs))
    return `a load lasts 1 ms to ${bounds.durationMs / 60_000} minutes`;
  if (!/^\/[\x21-\x7e]*$/.test(path)) return `"${path}" is no path of the site`;
  return undefined;
};

/** How many visitors come in all. */
export const visitorsOf = ({ ratePerS, durationMs }: LoadOrder): number =>
  durationMs === undefined ? bounds.visitors : Math.ceil((ratePerS * durationMs) / 1000);

/** Milliseconds after the start at which a visitor (from 0) is due. */
export const dueAt = ({ ratePerS }: LoadOrder, visitor: number): number => (visitor * 1000) / ratePerS;
