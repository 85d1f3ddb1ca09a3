import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { line, wrap } from '../../src/plain/line.ts';
import { anchorAt, clampTop, reveal, rowAt, rowText } from '../../src/tui/scroll.ts';

const word = fc.stringMatching(/^[a-z]{1,9}$/);
const text = fc.array(fc.array(word, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 8 });

const rowsOf = (paragraphs: readonly (readonly string[])[], width: number) =>
  paragraphs.flatMap(words => [...wrap(words.join(' '), width).map(part => line(part)), line()]);

describe('an anchor', () => {
  it('leads back to its row in the same text', () => {
    fc.assert(
      fc.property(text, fc.nat(), (paragraphs, at) => {
        const rows = rowsOf(paragraphs, 30);
        const top = at % rows.length;
        expect(rowAt(rows, anchorAt(rows, top))).toBe(top);
      }),
    );
  });

  it('keeps the first word on screen in sight when the text is wrapped anew', () => {
    fc.assert(
      fc.property(text, fc.nat(), fc.integer({ min: 10, max: 60 }), (paragraphs, at, width) => {
        const rows = rowsOf(paragraphs, 30);
        const top = at % rows.length;
        const first = rowText(rows[top] ?? []);
        if (first === '') return;
        const letters = rows.slice(0, top).map(rowText).join('').replaceAll(' ', '').length;
        const again = rowsOf(paragraphs, width);
        const found = rowAt(again, anchorAt(rows, top));
        const before = again.slice(0, found).map(rowText).join('').replaceAll(' ', '').length;
        const shown = rowText(again[found] ?? []).replaceAll(' ', '').length;
        expect(before).toBeLessThanOrEqual(letters);
        expect(before + shown).toBeGreaterThan(letters);
      }),
    );
  });
});

it('clamps to what there is', () => {
  expect(clampTop(-3, 10, 4)).toBe(0);
  expect(clampTop(9, 10, 4)).toBe(6);
  expect(clampTop(2, 3, 4)).toBe(0);
});

it('reveals with as little movement as possible, and shows the beginning of what does not fit', () => {
  expect(reveal(0, 10, 3, 8)).toBe(0);
  expect(reveal(0, 10, 8, 14)).toBe(4);
  expect(reveal(9, 10, 3, 8)).toBe(3);
  expect(reveal(0, 10, 8, 40)).toBe(8);
});
