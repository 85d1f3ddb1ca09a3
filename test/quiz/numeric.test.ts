import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNumber } from '../../src/quiz/numeric.ts';

describe('readNumber', () => {
  it.each([
    ['8.76', 8.76],
    ['8,76', 8.76],
    [' 8.76 h', 8.76],
    ['8.76h.', 8.76],
    ['8.76 Hours', 8.76],
    ['1 hour', 1],
    ['~ 8.76', 8.76],
    ['about 8.76 h', 8.76],
    ['= 8.76', 8.76],
    ['-3', -3],
    ['−3', -3],
    ['.5', 0.5],
    ['5.', 5],
    ['0,125', 0.125],
    ['8.760', 8.76],
    ['8 760', 8760],
    ["8'760", 8760],
    ['8_760', 8760],
    ['1,234,567', 1_234_567],
    ['1.234.567', 1_234_567],
    ['1,234.5', 1234.5],
    ['1.234,5', 1234.5],
    ['2e3', 2000],
    ['525.6 min', 8.76],
    ['31536 s', 8.76],
    ['0.365 days', 8.76],
  ])('reads %s as hours', (text, value) => {
    expect(readNumber(text, 'h')).toBeCloseTo(value, 9);
  });

  it.each([
    ['99.9 %', '%', 99.9],
    ['99.9', '%', 99.9],
    ['200/s', '/s', 200],
    ['200 requests per second', '/s', 200],
    ['12000/min', '/s', 200],
    ['1.5 kB', 'B', 1500],
    ['3 servers', 'servers', 3],
    ['1 server', 'servers', 1],
    ['7', '', 7],
  ])('reads %s in %s', (text, unit, value) => {
    expect(readNumber(text, unit)).toBeCloseTo(value, 9);
  });

  it.each([
    ['', 'h', 'Type a number, in h.'],
    ['nine', '', 'Type a number.'],
    ['NaN', 'h', 'Type a number, in h.'],
    ['Infinity', 'h', 'Type a number, in h.'],
    ['1e999', 'h', '1e999 is not a number: write it like 8.76.'],
    ['1.2.3', 'h', '1.2.3 is not a number: write it like 8.76.'],
    ['8,760', 'h', '8,760 can be read in two ways: write 8760 or 8.760.'],
    ['8.76 %', 'h', 'The unit % does not fit here: give the answer in h.'],
    ['8.76 apples', '', 'The unit apples does not fit here: type the number alone.'],
  ])('asks again about %j in %j', (text, unit, sentence) => {
    expect(readNumber(text, unit)).toBe(sentence);
  });

  it('reads what any finite number looks like, with a point or a comma', () => {
    const value = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(value, number => {
        expect(readNumber(`${number} h`, 'h') === number).toBe(true);
        // Three decimals behind a comma might be thousands.
        fc.pre(!/\.\d{3}$/.test(`${number}`));
        expect(readNumber(`${number}`.replace('.', ','), 'h') === number).toBe(true);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."0189.,'_ e+-−%hs") }), text => {
        const read = readNumber(text, 'h');
        expect(typeof read === 'string' || Number.isFinite(read)).toBe(true);
      }),
    );
  });
});
