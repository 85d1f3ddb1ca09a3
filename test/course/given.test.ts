import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combinations, fillIn, instantiate, parseGiven, placeholdersIn } from '../../src/course/given.ts';
import type { Given } from '../../src/course/model.ts';

const given = (line: string): Given => {
  const parsed = parseGiven(line);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed;
};

describe('Given', () => {
  it.each([
    ['Given: n = 10..50 step 5', { name: 'n', min: 10, max: 50, step: 5 }],
    ['Given: n = 1..3', { name: 'n', min: 1, max: 3, step: 1 }],
    ['Given:rate=-0.5 .. 0.5 step 0.1', { name: 'rate', min: -0.5, max: 0.5, step: 0.1 }],
  ])('%s', (line, expected) => {
    expect(parseGiven(line)).toEqual(expected);
  });

  it('draws a value of the range, the same for the same seed', () => {
    const ranges = [given('Given: n = 10..50 step 5'), given('Given: p = 0.1..0.9 step 0.1')];
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.string()), seed => {
        const values = instantiate(ranges, seed);
        expect([10, 15, 20, 25, 30, 35, 40, 45, 50]).toContain(values.n);
        expect([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]).toContain(values.p);
        expect(instantiate(ranges, seed)).toEqual(values);
        // A name's number does not depend on the others, so one more given number changes none.
        expect(instantiate(ranges.slice(1), seed).p).toBe(values.p);
      }),
    );
  });

  it('draws every value about as often, also for seeds that follow each other', () => {
    const ranges = [given('Given: n = 0..9'), given('Given: m = 0..9')];
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 10_000; seed++) {
      const { n, m } = instantiate(ranges, seed);
      counts.set(`${n},${m}`, (counts.get(`${n},${m}`) ?? 0) + 1);
    }
    expect(counts.size).toBe(100);
    for (const count of counts.values()) {
      expect(count).toBeGreaterThan(50);
      expect(count).toBeLessThan(150);
    }
  });

  it('stays as it was: learners keep their numbers', () => {
    const ranges = [given('Given: n = 10..50 step 5')];
    expect([1, 2, 3, 'a'].map(seed => instantiate(ranges, seed).n)).toEqual([45, 35, 20, 15]);
  });

  it('has all its combinations, up to a limit', () => {
    const ranges = [given('Given: a = 0..1'), given('Given: b = 5..7')];
    expect([...combinations(ranges)]).toHaveLength(6);
    expect(new Set([...combinations(ranges)].map(({ a, b }) => `${a} ${b}`)).size).toBe(6);
    expect([...combinations([given('Given: a = 0..1000000')], 10)]).toHaveLength(10);
    expect([...combinations([])]).toEqual([{}]);
  });
});

describe('fillIn', () => {
  it('puts the numbers into their braces and leaves others', () => {
    const text = '{n} of {m}, {x}, {toString} and {#id}';
    expect(placeholdersIn(text)).toEqual(['n', 'm', 'x', 'toString']);
    expect(fillIn(text, { n: 5, m: 0.3 })).toBe('5 of 0.3, {x}, {toString} and {#id}');
  });
});
