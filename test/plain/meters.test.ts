import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { budgetOf, followMeters, type MeterView, smoothed } from '../../src/plain/meters.ts';
import type { LoadEvent } from '../../src/stack/traffic/meters.ts';
import { loadResult } from '../lab/fake-stack.ts';
import { order, window } from '../tui/lab/loads.ts';

type Quarter = Parameters<typeof window>[1];

const begun: LoadEvent = { type: 'begun', order };

/** The view after so many quarters of a second. */
const viewAfter = (quarters: readonly Quarter[]): MeterView =>
  quarters.reduce<MeterView>(
    (view, quarter, at) => followMeters(view, { type: 'window', window: window(at * 250, quarter) }),
    followMeters(undefined, begun),
  );

const times = (count: number, quarter: Quarter): Quarter[] => Array.from({ length: count }, () => quarter);

describe('rates and latencies', () => {
  it('are what they are from the first window on, when nothing changes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 250 }), (count, served) => {
        const now = smoothed(viewAfter(times(count, { served, ms: 40 })));
        expect(now.servedPerS).toBeCloseTo(served * 4, 6);
        expect(now.sentPerS).toBeCloseTo(served * 4, 6);
        expect(now.p50).toBeCloseTo(40, 0);
        expect(now.p99).toBeCloseTo(40, 0);
      }),
    );
  });

  it('take 2.5 s to go 63 % of the way to something new, so that a knee can be seen', () => {
    const settled = times(80, { served: 50 });
    const { servedPerS } = smoothed(
      viewAfter([...settled, ...times(10, { served: 0, failed: { refused: 50 } })]),
    );
    expect(servedPerS).toBeCloseTo(200 * Math.exp(-1), 1);
  });

  it('never leave what was measured', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 60 }), counts => {
        const { servedPerS } = smoothed(viewAfter(counts.map(served => ({ served }))));
        expect(servedPerS).toBeGreaterThanOrEqual(Math.min(...counts) * 4 - 1e-6);
        expect(servedPerS).toBeLessThanOrEqual(Math.max(...counts) * 4 + 1e-6);
      }),
    );
  });

  it('forget slow answers that are long over, and are silent when nobody is served', () => {
    const slow = times(20, { served: 50, ms: 900 });
    expect(smoothed(viewAfter([...slow, ...times(80, { served: 50, ms: 40 })])).p99).toBeLessThan(50);
    const silent = { failed: { timeout: 50 } };
    expect(smoothed(viewAfter([...slow, ...times(8, silent)])).p99).toBeDefined();
    expect(smoothed(viewAfter([...slow, ...times(9, silent)])).p99).toBeUndefined();
  });
});

describe('samples', () => {
  it('are one a second, with failures as they were', () => {
    const one = { served: 49, failed: { '502 from web': 1 } };
    const { samples } = viewAfter([...times(4, { served: 50 }), one, ...times(7, { served: 50 })]);
    expect(samples.map(({ failed }) => failed)).toEqual([0, 1, 0]);
    expect(samples.map(({ availability }) => availability)).toEqual([1, 199 / 200, 1]);
  });

  it('know no availability of a second in which no visit came to its end', () => {
    const { samples } = viewAfter(times(4, {}));
    expect(samples).toEqual([{ sentPerS: 0, servedPerS: 0, failed: 0 }]);
  });

  it('are those of the last four minutes', () => {
    expect(viewAfter(times(4 * 300, { served: 1 })).samples).toHaveLength(240);
  });
});

describe('the error budget', () => {
  it('is one visitor in a thousand of all that will come', () => {
    // 200/s for 120 s are 24,000 visitors.
    const { meters } = viewAfter([...times(3, { served: 50 }), { served: 44, failed: { refused: 6 } }]);
    const { allowed, failed, used } = budgetOf(meters);
    expect({ failed, allowed: Math.round(allowed * 1000) / 1000 }).toEqual({ failed: 6, allowed: 24 });
    expect(used).toBeCloseTo(0.25, 6);
  });

  it('is that of the visitors until now where nobody knows how many will come', () => {
    const endless = followMeters(undefined, { type: 'begun', order: { ratePerS: 4000, path: '/' } });
    const { meters } = followMeters(endless, {
      type: 'window',
      window: window(0, { served: 998, failed: { timeout: 2 } }),
    });
    expect(budgetOf(meters).used).toBeCloseTo(2, 6);
  });

  it('is untouched while nobody has come', () => {
    expect(budgetOf(followMeters(undefined, begun).meters)).toMatchObject({ failed: 0, used: 0 });
  });
});

it('keeps what was measured when the load ends, and begins anew with the next', () => {
  const measured = viewAfter(times(8, { served: 50 }));
  const ended = followMeters(measured, { type: 'ended', result: loadResult() });
  expect(ended.meters.state).toBe('ended');
  expect(ended.samples).toEqual(measured.samples);
  expect(followMeters(ended, begun).samples).toEqual([]);
});
