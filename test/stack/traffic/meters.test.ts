import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { everySecond, followLoad, latest, type Meters, noLoad } from '../../../src/stack/traffic/meters.ts';
import { addTallies, emptyTally, type Window } from '../../../src/stack/traffic/tally.ts';
import { anyTally, tallyOf, windowOf } from './tallies.ts';

const order = { ratePerS: 100, path: '/guestbook' };
const begun = followLoad(noLoad, { type: 'begun', order });
const having = (...windows: Window[]): Meters =>
  windows.reduce((meters, window) => followLoad(meters, { type: 'window', window }), begun);

/** Two seconds: the first in order, the second with failures. */
const twoSeconds = Array.from({ length: 8 }, (_, at) =>
  windowOf(
    at,
    at < 4 ? tallyOf(Array(25).fill(40)) : tallyOf(Array(15).fill(80), { '503 from app': 10 }),
    at,
  ),
);

describe('the meters of a load', () => {
  it('know the order and the state', () => {
    expect(begun).toMatchObject({ state: 'running', order });
    expect(followLoad(begun, { type: 'cancelled' }).state).toBe('cancelled');
  });

  it('show the last second, not the whole load', () => {
    const reading = latest(having(...twoSeconds));
    expect(reading).toMatchObject({
      fromMs: 1000,
      toMs: 2000,
      sentPerS: 100,
      servedPerS: 60,
      failedPerS: 40,
      availability: 0.6,
      failures: [{ reason: '503 from app', count: 40 }],
      outstanding: 7,
    });
    expect(reading?.p50).toBeCloseTo(80, 0);
  });

  it('can be smoother', () => {
    expect(latest(having(...twoSeconds), 2000)).toMatchObject({ fromMs: 0, availability: 0.8 });
  });

  it('show nothing before anything was counted', () => {
    expect(latest(begun)).toBeUndefined();
    expect(everySecond(begun)).toEqual([]);
  });

  it('give one reading a second', () => {
    expect(everySecond(having(...twoSeconds)).map(({ failedPerS }) => Math.round(failedPerS))).toEqual([
      0, 40,
    ]);
  });

  it('begin anew with the next load', () => {
    const next = followLoad(having(...twoSeconds), { type: 'begun', order });
    expect(next).toEqual(begun);
  });

  it('keep one minute only', () => {
    const meters = having(...Array.from({ length: 300 }, (_, at) => windowOf(at, tallyOf([at]))));
    expect(meters.total.sent).toBe(300);
    expect(meters.windows).toHaveLength(240);
    expect(everySecond(meters)).toHaveLength(60);
  });

  it('count everything', () => {
    fc.assert(
      fc.property(fc.array(anyTally, { minLength: 1 }), tallies => {
        const meters = having(...tallies.map((tally, at) => windowOf(at, tally)));
        expect(meters.total).toEqual(tallies.reduce(addTallies, emptyTally));
      }),
      { numRuns: 20 },
    );
  });
});
