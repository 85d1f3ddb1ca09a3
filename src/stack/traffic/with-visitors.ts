import type { Load } from './load.ts';
import { defaultPath, type LoadOrder } from './order.ts';
import type { Traffic } from './traffic.ts';

/** Visitors that a measurement brings along: each with empty caches, so that every part is needed. */
export const measuring: LoadOrder = { ratePerS: 50, path: defaultPath, visitors: 'fresh' };

/** Measures with the load that goes on, or with one of its own for just as long. */
export const withVisitors = async <T>(
  traffic: Traffic,
  signal: AbortSignal | undefined,
  measure: (load: Load) => Promise<T>,
): Promise<T> => {
  const { current } = traffic;
  const load = current ?? (await traffic.load(measuring, signal));
  load.hold(true);
  try {
    // The generator has to be awake before anything happens.
    await firstWindow(load);
    return await measure(load);
  } finally {
    if (current) current.hold(false);
    else await load.cancel();
  }
};

const firstWindow = (load: Load): Promise<unknown> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const unsubscribe = load.subscribe(() => resolve());
  return Promise.race([promise, load.done]).finally(unsubscribe);
};
