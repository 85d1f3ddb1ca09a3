import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, parseFormula } from '../../src/course/formula.ts';

const values = { n: 7, m: -2.5, rate: 0.25 };

/** Expressions with their value, in as few parentheses as the rules of arithmetic allow. */
interface Sample {
  text: string;
  value: number;
  level: number;
}

const inside = ({ text, level }: Sample, least: number): string => (level < least ? `(${text})` : text);

const sample: fc.Arbitrary<Sample> = fc.letrec<{ any: Sample }>(tie => ({
  any: fc.oneof(
    { maxDepth: 5 },
    fc.integer({ min: 0, max: 999 }).map(value => ({ text: String(value), value, level: 3 })),
    fc.constantFrom('n', 'm', 'rate').map(name => ({ text: name, value: values[name as 'n'], level: 3 })),
    tie('any').map(a => ({ text: `-${inside(a, 3)}`, value: -a.value, level: 3 })),
    fc
      .tuple(tie('any'), tie('any'))
      .map(([a, b]) => ({ text: `${inside(a, 1)} + ${inside(b, 2)}`, value: a.value + b.value, level: 1 })),
    fc
      .tuple(tie('any'), tie('any'))
      .map(([a, b]) => ({ text: `${inside(a, 1)}-${inside(b, 2)}`, value: a.value - b.value, level: 1 })),
    fc
      .tuple(tie('any'), tie('any'))
      .map(([a, b]) => ({ text: `${inside(a, 2)}*${inside(b, 3)}`, value: a.value * b.value, level: 2 })),
    fc
      .tuple(tie('any'), tie('any'))
      .map(([a, b]) => ({ text: `${inside(a, 2)} / ${inside(b, 3)}`, value: a.value / b.value, level: 2 })),
  ),
})).any;

describe('a formula', () => {
  it('has the value that arithmetic gives it', () => {
    fc.assert(
      fc.property(sample, ({ text, value }) => {
        expect(evaluate(text, values)).toBe(value);
      }),
    );
  });

  it.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['8 - 4 - 2', 2],
    ['8 / 4 / 2', 1],
    ['-n * -2', 14],
    ['  n*8.5/100 ', 0.595],
  ])('%s is %d', (text, value) => {
    expect(evaluate(text, values)).toBeCloseTo(value, 12);
  });

  it('may be long, as long as it is not deep', () => {
    expect(evaluate(Array(500).fill('-(-1)').join(' + '), {})).toBe(500);
  });

  it('knows its names', () => {
    const parsed = parseFormula('n * (m + n) / 100');
    expect('names' in parsed && [...parsed.names]).toEqual(['n', 'm']);
  });

  it.each([
    ['', 'the formula ends too early, expected a number or a name'],
    ['1 +', 'the formula ends too early, expected a number or a name'],
    ['1 2', '"2" stands where an operator is expected'],
    ['2n', '"n" stands where an operator is expected'],
    ['(1', 'a ")" is missing'],
    ['1)', '")" stands where an operator is expected'],
    ['* 2', '"*" stands where a number or a name is expected'],
    ['1,5', '"," is not allowed, expected numbers, names, + - * / ( )'],
    ['a.b', '"." is not allowed, expected numbers, names, + - * / ( )'],
    ['"x"', '""" is not allowed, expected numbers, names, + - * / ( )'],
    ['('.repeat(10_000), 'the formula is nested too deeply, expected at most 100 levels'],
    ['-'.repeat(10_000), 'the formula is nested too deeply, expected at most 100 levels'],
  ])('%s is none', (text, problem) => {
    expect(parseFormula(text)).toEqual({ problem });
  });

  it('cannot reach anything but its names', () => {
    for (const name of ['constructor', 'toString', 'valueOf']) expect(evaluate(name, {})).toBeNaN();
    expect(() => evaluate('process.exit()', {})).toThrow('"." is not allowed');
  });
});
