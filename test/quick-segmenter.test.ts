import fc from 'fast-check';
import { expect, it } from 'vitest';
import { QuickSegmenter } from '../src/quick-segmenter.ts';

it('splits every text as Intl.Segmenter does', () => {
  const quick = new QuickSegmenter();
  const real = new Intl.Segmenter();
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.integer({ min: 0x20, max: 0x28ff }).map(code => String.fromCharCode(code)) }),
  );
  fc.assert(
    fc.property(text, input => {
      expect([...quick.segment(input)]).toEqual([...real.segment(input)]);
    }),
    { numRuns: 2000 },
  );
});

it('splits each pair of the signs it knows as Intl.Segmenter does', () => {
  const quick = new QuickSegmenter();
  const real = new Intl.Segmenter();
  const codes = [0x1b, 0x20, 0x41, 0x7e, 0xa0, 0xe9, 0x2014, 0x2026, 0x2190, 0x2500, 0x25cf, 0x2714, 0x28ff];
  for (const first of codes)
    for (const second of codes) {
      const input = String.fromCharCode(first, second);
      expect([...quick.segment(input)]).toEqual([...real.segment(input)]);
    }
});
