import { expect, it } from 'vitest';
import { createMeterStore } from '../../src/tui/meter-store.ts';
import { loadResult } from '../lab/fake-stack.ts';
import { until } from '../until.ts';
import { order, window } from './lab/loads.ts';

it('is read twice a second of the load, and at once when it begins and ends', async () => {
  const store = createMeterStore();
  const seen: (number | undefined)[] = [];
  store.subscribe(() => seen.push(store.get()?.meters.windows.at(-1)?.toMs));
  expect(store.get()).toBeUndefined();
  store.follow({ type: 'begun', order });
  for (let at = 0; at < 8; at++) store.follow({ type: 'window', window: window(at * 250, { served: 1 }) });
  store.follow({ type: 'window', window: window(2000, { served: 1 }) });
  store.follow({ type: 'ended', result: loadResult() });
  // What came before the meters were loaded is not lost.
  await until(() => store.get()?.meters.state === 'ended');
  expect(seen).toEqual([undefined, 500, 1000, 1500, 2000, 2250]);
  expect(store.get()?.meters.total.served).toBe(9);
});
