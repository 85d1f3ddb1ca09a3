import { bucketOf } from '../../../src/stack/traffic/histogram.ts';
import type { LoadOrder } from '../../../src/stack/traffic/order.ts';
import { emptyTally, type Window } from '../../../src/stack/traffic/tally.ts';
import type { LiveStack } from '../fake-stack.ts';

/** A quarter of a second in which so many visitors were served in so many milliseconds, and so many were not. */
export const window = (
  fromMs: number,
  {
    served = 0,
    ms = 40,
    failed = {},
  }: { served?: number; ms?: number; failed?: Record<string, number> } = {},
): Window => ({
  ...emptyTally,
  fromMs,
  toMs: fromMs + 250,
  sent: served + Object.values(failed).reduce((sum, count) => sum + count, 0),
  served,
  failed,
  latency: served > 0 ? { [bucketOf(ms)]: served } : {},
  outstanding: 0,
});

export const order: LoadOrder = { ratePerS: 200, durationMs: 120_000, path: '/guestbook' };

/** Has the stack tell of a load of 200 visitors a second; in its second half every fourth is turned away. */
export const underLoad = (
  stack: LiveStack,
  { seconds, failing }: { seconds: number; failing: boolean },
): void => {
  stack.tellLoad({ type: 'begun', order });
  const windows = seconds * 4;
  for (let at = 0; at < windows; at++) {
    const bad = failing && at >= windows / 2;
    stack.tellLoad({
      type: 'window',
      window: window(at * 250, {
        served: bad ? 37 : 50,
        ms: bad ? 900 : 42,
        failed: bad ? { '503 from app': 10, refused: 3 } : {},
      }),
    });
  }
};
