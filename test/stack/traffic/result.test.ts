import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostLagMs, resultOf } from '../../../src/stack/traffic/result.ts';
import { addTallies, emptyTally } from '../../../src/stack/traffic/tally.ts';
import { anyTally, tallyOf } from './tallies.ts';

describe('the result of a load', () => {
  it('says how many failed and why, the most frequent reason first', () => {
    const result = resultOf(tallyOf([10, 20, 30, 40], { refused: 1, '503 from app': 4, timeout: 1 }));
    expect(result).toMatchObject({
      sent: 10,
      failed: 6,
      failures: [
        { reason: '503 from app', count: 4 },
        { reason: 'refused', count: 1 },
        { reason: 'timeout', count: 1 },
      ],
      availability: 0.4,
      valid: true,
    });
    expect(result.p50).toBeCloseTo(20, 0);
    expect(result.p99).toBeCloseTo(40, 0);
  });

  it('has no latency where nobody was served, so that none can be praised', () => {
    expect(resultOf(tallyOf([], { refused: 3 }, [1]))).toEqual({
      sent: 3,
      failed: 3,
      failures: [{ reason: 'refused', count: 3 }],
      availability: 0,
      lagP99: expect.any(Number),
      valid: true,
    });
  });

  it('counts visits only that are over', () => {
    const underWay = { ...tallyOf([1, 2, 3], { refused: 1 }), sent: 50 };
    expect(resultOf(underWay).availability).toBe(0.75);
    expect(resultOf(emptyTally)).not.toHaveProperty('availability');
  });

  it.each<[string, Parameters<typeof tallyOf>, string | undefined]>([
    ['in time', [[1], {}, [mostLagMs * 0.9]], undefined],
    ['too late', [[1], {}, [mostLagMs * 2]], 'this machine was too busy: visitors came 40 ms too late'],
    ['late once in a thousand', [[1], {}, [...Array(999).fill(1), 500]], undefined],
    ['without ports', [[1], { 'no-socket': 1 }], 'this machine had no port or file left for more visitors'],
    ['without visitors', [[]], 'nobody came'],
  ])('is valid or not: %s', (_, given, doubt) => {
    const result = resultOf(tallyOf(...given));
    expect(result.valid).toBe(doubt === undefined);
    expect(result.doubt).toBe(doubt);
  });

  it('is the same in whatever order and portions it was counted', () => {
    fc.assert(
      fc.property(anyTally, anyTally, anyTally, (a, b, c) => {
        const [left, right] = [addTallies(addTallies(a, b), c), addTallies(c, addTallies(b, a))];
        expect(resultOf(left)).toEqual(resultOf(right));
        expect(resultOf(addTallies(a, emptyTally))).toEqual(resultOf(a));
      }),
    );
  });

  it('loses nobody', () => {
    fc.assert(
      fc.property(anyTally, tally => {
        const { sent, failed, failures, availability = 1 } = resultOf(tally);
        expect(failures.reduce((sum, { count }) => sum + count, 0)).toBe(failed);
        expect(Math.round(availability * sent)).toBe(sent - failed);
      }),
    );
  });
});
