import fc from 'fast-check';
import { expect, it } from 'vitest';
import { layout } from '../../src/tui/layout.ts';

it.each([
  [59, 24, 'small'],
  [80, 15, 'small'],
  [60, 16, 'single'],
  [80, 24, 'single'],
  [99, 40, 'single'],
  [100, 24, 'double'],
  [120, 40, 'double'],
  [140, 40, 'triple'],
  [200, 60, 'triple'],
] as const)('%ix%i is %s', (columns, rows, mode) => {
  expect(layout(columns, rows).mode).toBe(mode);
});

it('never leaves the terminal, and text is never wider than 80 columns', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 200 }), (columns, rows) => {
      const { mode, text, side, trace, gap, margin, air, body } = layout(columns, rows);
      for (const { width, height } of [text, side, trace]) {
        expect(width).toBeGreaterThan(0);
        expect(height).toBeGreaterThan(0);
      }
      expect(text.width).toBeLessThanOrEqual(80);
      if (mode === 'small') return;
      const beside = {
        single: 0,
        double: gap + side.width,
        triple: 2 * gap + side.width + trace.width,
      }[mode];
      expect(2 * margin + text.width + beside).toBeLessThanOrEqual(columns);
      expect(body.height + 2 * air + 4).toBe(rows);
    }),
  );
});

it('gives text and picture what they need in the smallest terminal that has both', () => {
  const { text, side } = layout(100, 24);
  expect(text.width).toBeGreaterThanOrEqual(48);
  expect(side.width).toBeGreaterThanOrEqual(36);
});
