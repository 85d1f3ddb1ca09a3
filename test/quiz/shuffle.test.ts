import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawKey, randomFrom } from '../../src/quiz/random.ts';
import { scrambled, shuffled } from '../../src/quiz/shuffle.ts';

describe('randomFrom', () => {
  it('gives these numbers in every release', () => {
    const random = randomFrom('seed');
    expect([random(), random(), random()].map(value => value.toFixed(6))).toMatchInlineSnapshot(`
      [
        "0.949891",
        "0.076088",
        "0.026259",
      ]
    `);
  });

  it('is spread evenly over neighbouring keys', () => {
    const counts = [0, 0, 0, 0];
    for (let seed = 0; seed < 4000; seed++) {
      const first = shuffled([0, 1, 2, 3], drawKey({ seed, course: 'c', file: 'f' }, 'q'))[0] ?? 0;
      counts[first] = (counts[first] ?? 0) + 1;
    }
    for (const count of counts) expect(count).toBeGreaterThan(850);
    for (const count of counts) expect(count).toBeLessThan(1150);
  });
});

describe('shuffled', () => {
  it('keeps every item, and the same order for the same key', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.string(), (items, key) => {
        const result = shuffled(items, key);
        expect(shuffled(items, key)).toEqual(result);
        expect(result.toSorted()).toEqual(items.toSorted());
      }),
    );
  });

  it('differs from question to question and from learner to learner', () => {
    const items = Array.from({ length: 9 }, (_, index) => index);
    const draw = { seed: 1, course: 'built-in', file: 'quizzes/request.md' };
    const orders = [
      drawKey(draw, 'a'),
      drawKey(draw, 'b'),
      drawKey({ ...draw, seed: 2 }, 'a'),
      drawKey({ ...draw, file: 'quizzes/spof.md' }, 'a'),
      drawKey({ ...draw, course: 'mine' }, 'a'),
    ].map(key => shuffled(items, key).join());
    expect(new Set(orders).size).toBe(orders.length);
  });
});

describe('scrambled', () => {
  it('keeps every item and never starts out in the right order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c')), fc.string(), (items, key) => {
        const result = scrambled(items, key, item => item);
        expect(result.toSorted()).toEqual(items.toSorted());
        if (new Set(items).size > 1) expect(result).not.toEqual(items);
      }),
    );
  });
});
