import { count } from './histogram.ts';
import { bounds, dueAt, type LoadOrder, visitorsOf } from './order.ts';
import { failureOf } from './outcome.ts';
import { type Span, spanOf, type Visited } from './span.ts';
import type { Window } from './tally.ts';
import type { Visit } from './visitors.ts';

export interface Generator {
  /** Counts apart the visitors that are due from now until `end` is called; it resolves when their visits are over. */
  span(): { end(): Promise<Span> };
  /** No more visitors; those under way are still answered. */
  stop(): void;
  /** Every visit is over and the last window was reported. */
  done: Promise<void>;
}

interface Options {
  /** Milliseconds of one window. */
  windowMs?: number;
  outstanding?: number;
}

/**
 * Sends every visitor when it is due, however slowly those before it are answered, and counts from the moment when it
 * was due: a pause of the stack, or of this process, is seen by all who should have come meanwhile.
 */
export const startGenerator = (
  order: LoadOrder,
  visit: Visit,
  report: (window: Window) => void,
  { windowMs = 250, outstanding: most = bounds.outstanding }: Options = {},
): Generator => {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const begin = performance.now();
  const elapsed = (): number => performance.now() - begin;
  let total = visitorsOf(order);
  let next = 0;
  let outstanding = 0;
  let timer: NodeJS.Timeout | undefined;
  let window = openWindow(0);
  const spans = new Set<(visit: Promise<Visited>) => void>();

  const send = (): void => {
    report({ ...window, toMs: elapsed(), outstanding });
    window = openWindow(elapsed());
  };
  const endIfOver = (): void => {
    if (next < total || outstanding > 0) return;
    clearTimeout(timer);
    clearInterval(windows);
    send();
    resolve();
  };
  const fail = (reason: string): void => {
    window.failed[reason] = (window.failed[reason] ?? 0) + 1;
  };

  const come = async (dueMs: number): Promise<Visited> => {
    const lagMs = elapsed() - dueMs;
    window.sent++;
    count(window.lag, lagMs);
    if (outstanding >= most) {
      fail('dropped');
      return { dueMs, lagMs, doneMs: dueMs, failure: 'dropped' };
    }
    outstanding++;
    const outcome = await visit();
    const failure = failureOf(outcome);
    const doneMs = elapsed();
    outstanding--;
    if (failure === undefined) {
      window.served++;
      count(window.latency, doneMs - dueMs);
    } else fail(failure);
    endIfOver();
    const version = 'version' in outcome ? outcome.version : undefined;
    return { dueMs, lagMs, doneMs, ...(failure !== undefined && { failure }), ...(version && { version }) };
  };

  const tick = (): void => {
    // Read once: a machine that is too slow must still get round to the answers.
    const now = elapsed();
    while (next < total && dueAt(order, next) <= now) {
      const visited = come(dueAt(order, next++));
      for (const note of spans) note(visited);
    }
    if (next < total) timer = setTimeout(tick, Math.max(1, dueAt(order, next) - elapsed()));
    else endIfOver();
  };

  const windows = setInterval(send, windowMs);
  tick();
  return {
    done,
    span: () => {
      const fromMs = elapsed();
      const visits: Promise<Visited>[] = [];
      const note = (visit: Promise<Visited>): void => void visits.push(visit);
      spans.add(note);
      return {
        end: async () => {
          spans.delete(note);
          const toMs = elapsed();
          return spanOf(await Promise.all(visits), fromMs, toMs);
        },
      };
    },
    stop: () => {
      if (next >= total) return;
      total = next;
      clearTimeout(timer);
      endIfOver();
    },
  };
};

const openWindow = (fromMs: number) => ({
  fromMs,
  sent: 0,
  served: 0,
  failed: {} as Record<string, number>,
  latency: {} as Record<number, number>,
  lag: {} as Record<number, number>,
});
