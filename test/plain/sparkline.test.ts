import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unicodeGlyphs } from '../../src/plain/glyphs.ts';
import { columns, sparkline } from '../../src/plain/sparkline.ts';

const { levels } = unicodeGlyphs;

describe('a sparkline', () => {
  it('shows heights in proportion, and what was not measured as nothing', () => {
    expect(sparkline([0, 25, 50, undefined, 100], 100, 10, levels)).toBe('▁▃▅ █');
  });

  it('makes one failure among a thousand visitors higher than none', () => {
    expect(sparkline([0, 1, 0], 1000, 10, levels)).toBe('▁▂▁');
  });

  it('shows the last values when there are too many', () => {
    expect(sparkline([100, 100, 0, 0], 100, 2, levels)).toBe('▁▁');
  });

  it('is flat when there is nothing at all', () => {
    expect(sparkline([0, 0], 0, 5, levels)).toBe('▁▁');
  });
});

describe('columns', () => {
  it('stand on each other', () => {
    expect(columns([0, 1, 7, 8, 14], 14, { width: 6, height: 2 }, levels)).toEqual(['   ▂█ ', '▁▂███ ']);
  });

  it('always have the size that was asked for', () => {
    const points = fc.array(fc.option(fc.double({ min: 0, max: 500, noNaN: true }), { nil: undefined }));
    fc.assert(
      fc.property(
        points,
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 8 }),
        (of, width, height) => {
          const rows = columns(of, 500, { width, height }, levels);
          expect(rows).toHaveLength(height);
          expect(rows.every(row => row.length === width)).toBe(true);
        },
      ),
    );
  });
});
