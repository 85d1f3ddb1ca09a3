/** What screens show of a load while it goes on: pure. */
import type { LoadOrder } from './order.ts';
import { type LoadResult, resultOf } from './result.ts';
import { addTallies, emptyTally, type Tally, type Window } from './tally.ts';

export type LoadEvent =
  | { type: 'begun'; order: LoadOrder }
  | { type: 'window'; window: Window }
  | { type: 'ended'; result: LoadResult }
  | { type: 'cancelled' };

/** A load as it has been until now. */
export interface Meters {
  state: 'none' | 'running' | 'ended' | 'cancelled';
  order?: LoadOrder;
  total: Tally;
  /** Those of the last minute, oldest first. */
  windows: readonly Window[];
}

/** What meters say of some time. */
export interface Reading extends LoadResult {
  fromMs: number;
  toMs: number;
  /** Visitors that came, were served and failed, each a second. */
  sentPerS: number;
  servedPerS: number;
  failedPerS: number;
  /** Visits that were not over at the end. */
  outstanding: number;
}

const keptMs = 60_000;

export const noLoad: Meters = { state: 'none', total: emptyTally, windows: [] };

export const followLoad = (meters: Meters, event: LoadEvent): Meters => {
  switch (event.type) {
    case 'begun':
      return { ...noLoad, state: 'running', order: event.order };
    case 'window': {
      const { window } = event;
      const windows = [...meters.windows.filter(({ toMs }) => toMs > window.toMs - keptMs), window];
      return { ...meters, total: addTallies(meters.total, window), windows };
    }
    case 'ended':
    case 'cancelled':
      return { ...meters, state: event.type };
  }
};

/** The last second, or the last few: the longer, the smoother. */
export const latest = ({ windows }: Meters, lastMs = 1000): Reading | undefined => {
  const end = windows.at(-1)?.toMs ?? 0;
  return readingOf(windows.filter(({ toMs }) => toMs > end - lastMs));
};

/** One reading a second of the last minute, oldest first; a window belongs to the second in which it began. */
export const everySecond = ({ windows }: Meters): Reading[] =>
  [...Map.groupBy(windows, ({ fromMs }) => Math.floor(fromMs / 1000)).values()].flatMap(
    second => readingOf(second) ?? [],
  );

const readingOf = (windows: readonly Window[]): Reading | undefined => {
  const [first, last] = [windows[0], windows.at(-1)];
  if (!first || !last) return undefined;
  const { fromMs } = first;
  const { toMs, outstanding } = last;
  const result = resultOf(windows.reduce<Tally>(addTallies, emptyTally));
  const served = windows.reduce((sum, window) => sum + window.served, 0);
  const perS = (count: number): number => (toMs > fromMs ? (count * 1000) / (toMs - fromMs) : 0);
  return {
    ...result,
    fromMs,
    toMs,
    outstanding,
    sentPerS: perS(result.sent),
    servedPerS: perS(served),
    failedPerS: perS(result.failed),
  };
};
