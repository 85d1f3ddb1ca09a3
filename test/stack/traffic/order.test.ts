import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bounds, dueAt, type LoadOrder, orderProblem, visitorsOf } from '../../../src/stack/traffic/order.ts';

const order = (changes: Partial<LoadOrder> = {}): LoadOrder => ({
  ratePerS: 100,
  durationMs: 5000,
  path: '/guestbook',
  ...changes,
});

const anyOrder = fc
  .record({
    ratePerS: fc.integer({ min: 1, max: bounds.ratePerS }),
    durationMs: fc.integer({ min: 1, max: bounds.durationMs }),
  })
  .map(order);

describe('an order', () => {
  it.each<[Partial<LoadOrder>, number]>([
    [{}, 500],
    [{ ratePerS: 1, durationMs: 10 }, 1],
    [{ ratePerS: 300, durationMs: 1500 }, 450],
    [{ ratePerS: 1000, durationMs: bounds.durationMs }, 600_000],
  ])('%j means %i visitors', (changes, visitors) => {
    expect(visitorsOf(order(changes))).toBe(visitors);
  });

  it('lets come everybody who is due within its time, and nobody else', () => {
    fc.assert(
      fc.property(anyOrder, given => {
        const visitors = visitorsOf(given);
        expect(dueAt(given, visitors - 1)).toBeLessThan(given.durationMs ?? 0);
        expect(dueAt(given, visitors)).toBeGreaterThanOrEqual(given.durationMs ?? 0);
      }),
    );
  });

  it('lets them come evenly', () => {
    expect([0, 1, 2, 3].map(visitor => dueAt(order({ ratePerS: 200 }), visitor))).toEqual([0, 5, 10, 15]);
  });

  it('ends at some time also in the background', () => {
    const { durationMs: _, ...background } = order();
    expect(visitorsOf(background)).toBe(bounds.visitors);
  });

  it.each<[Partial<LoadOrder>, string | undefined]>([
    [{}, undefined],
    [{ ratePerS: 1, durationMs: 1, path: '/slow?ms=500' }, undefined],
    [{ ratePerS: bounds.ratePerS, durationMs: bounds.durationMs }, undefined],
    [{ ratePerS: 0 }, 'a load has 1 to 1000 visitors a second'],
    [{ ratePerS: 1001 }, 'a load has 1 to 1000 visitors a second'],
    [{ ratePerS: 1.5 }, 'a load has 1 to 1000 visitors a second'],
    [{ ratePerS: Number.NaN }, 'a load has 1 to 1000 visitors a second'],
    [{ durationMs: 0 }, 'a load lasts 1 ms to 10 minutes'],
    [{ durationMs: Number.NaN }, 'a load lasts 1 ms to 10 minutes'],
    [{ durationMs: bounds.durationMs + 1 }, 'a load lasts 1 ms to 10 minutes'],
    [{ path: 'guestbook' }, '"guestbook" is no path of the site'],
    [{ path: '/a b' }, '"/a b" is no path of the site'],
    [{ path: '/a\r\nHost: b' }, expect.stringContaining('is no path of the site')],
  ])('%j has the problem %j', (changes, problem) => {
    expect(orderProblem(order(changes))).toEqual(problem);
  });
});
