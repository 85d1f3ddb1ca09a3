import { describe, expect, it } from 'vitest';
import { startGenerator } from '../../../src/stack/traffic/generator.ts';
import { percentile, sizeOf } from '../../../src/stack/traffic/histogram.ts';
import type { LoadOrder } from '../../../src/stack/traffic/order.ts';
import type { Outcome } from '../../../src/stack/traffic/outcome.ts';
import { resultOf } from '../../../src/stack/traffic/result.ts';
import { addTallies, emptyTally, type Tally, type Window } from '../../../src/stack/traffic/tally.ts';
import { until } from '../../until.ts';

const order = (ratePerS: number, durationMs?: number): LoadOrder => ({
  ratePerS,
  path: '/',
  ...(durationMs !== undefined && { durationMs }),
});
const served: Outcome = { status: 200, from: 'web' };

const run = (given: LoadOrder, visit: () => Promise<Outcome>, options = {}) => {
  const windows: Window[] = [];
  const generator = startGenerator(given, visit, window => windows.push(window), {
    windowMs: 50,
    ...options,
  });
  const total = (): Tally => windows.reduce<Tally>(addTallies, emptyTally);
  return { ...generator, windows, total };
};

/** A site that answers nobody until it is let go. */
const held = () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let waiting = 0;
  return {
    letGo: resolve,
    get waiting() {
      return waiting;
    },
    visit: async (): Promise<Outcome> => {
      waiting++;
      await promise;
      return served;
    },
  };
};

describe('the generator', () => {
  it('sends everybody who is due, and reports each visit once', async () => {
    const { done, total, windows } = run(order(500, 400), async () => served);
    await done;
    expect(total()).toMatchObject({ sent: 200, served: 200, failed: {} });
    expect(sizeOf(total().latency)).toBe(200);
    expect(sizeOf(total().lag)).toBe(200);
    expect(windows.at(-1)?.outstanding).toBe(0);
    for (const [at, { fromMs }] of windows.entries())
      expect(fromMs).toBeGreaterThanOrEqual(windows[at - 1]?.toMs ?? 0);
  });

  it('does not wait for answers: who should have come meanwhile comes, and their waiting counts', async () => {
    const site = held();
    const { done, total } = run(order(500, 400), site.visit);
    await until(() => site.waiting === 200);
    site.letGo();
    await done;
    // The first was due when the load began, the last 398 ms later; those between them evenly.
    expect(percentile(total().latency, 100)).toBeGreaterThanOrEqual(398);
    expect(percentile(total().latency, 51)).toBeGreaterThanOrEqual(198);
  });

  it('lets nobody in above its bound, and counts them as failed', async () => {
    const site = held();
    const { done, total } = run(order(500, 400), site.visit, { outstanding: 30 });
    await until(() => total().sent === 200);
    expect(site.waiting).toBe(30);
    site.letGo();
    await done;
    expect(total()).toMatchObject({ sent: 200, served: 30, failed: { dropped: 170 } });
  });

  it('tells failures apart', async () => {
    const outcomes: Outcome[] = [served, { status: 503, from: 'app' }, { failure: 'refused' }];
    let visits = 0;
    const { done, total } = run(order(500, 60), async () => outcomes[visits++ % 3] ?? served);
    await done;
    expect(total()).toMatchObject({ served: 10, failed: { '503 from app': 10, refused: 10 } });
    expect(sizeOf(total().latency)).toBe(10);
  });

  it('knows when it was late itself', async () => {
    let visits = 0;
    const { done, total } = run(order(200, 500), async () => {
      const end = performance.now() + 300;
      if (visits++ === 20) while (performance.now() < end);
      return served;
    });
    await done;
    expect(total().sent).toBe(100);
    expect(resultOf(total()).lagP99).toBeGreaterThan(200);
    expect(resultOf(total()).valid).toBe(false);
    // For those who came too late it was waiting all the same.
    expect(resultOf(total()).p99).toBeGreaterThan(200);
  });

  it('stops when it is told to, and waits for those under way', async () => {
    const site = held();
    const { done, stop, total } = run(order(500), site.visit);
    await until(() => site.waiting >= 10);
    stop();
    const came = site.waiting;
    stop();
    site.letGo();
    await done;
    expect(site.waiting).toBe(came);
    expect(total()).toMatchObject({ sent: came, served: came });
  });

  it('stops at once when nobody is under way', async () => {
    let visits = 0;
    const { done, stop } = run(order(1), async () => {
      visits++;
      return served;
    });
    await until(() => visits === 1);
    stop();
    await done;
  });
});
