import fc from 'fast-check';
import { expect, it } from 'vitest';
import { percent } from '../../src/quiz/score.ts';

it.each([
  [0, '0 %'],
  [7.75 / 13, '59 %'],
  [0.29, '29 %'],
  [0.7999, '79 %'],
  [0.8, '80 %'],
  [1, '100 %'],
])('%d is %s', (share, text) => {
  expect(percent(share)).toBe(text);
});

it('never shows a share that did not pass as the mark', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 400 }),
      fc.nat(),
      fc.integer({ min: 1, max: 100 }),
      (outOf, got, mark) => {
        // Credits are quarters.
        const share = (got % (4 * outOf + 1)) / (4 * outOf);
        if (share < mark / 100) expect(Number.parseInt(percent(share), 10)).toBeLessThan(mark);
        else expect(Number.parseInt(percent(share), 10)).toBeGreaterThanOrEqual(mark);
      },
    ),
  );
});
