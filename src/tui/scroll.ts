import { stripVTControlCharacters } from 'node:util';
import { type Line, textOf } from '../plain/line.ts';

/** A line of the body: ours, or one that Markdown became (already wrapped, its colours in it). */
export type Row = Line | string;

/** A place in a text that survives being wrapped anew: letters before it, and rows without letters passed after them. */
export interface Anchor {
  letters: number;
  skip: number;
}

export const start: Anchor = { letters: 0, skip: 0 };

export const rowText = (row: Row): string =>
  typeof row === 'string' ? stripVTControlCharacters(row) : textOf(row);

const lettersIn = (row: Row): number => rowText(row).match(/[\p{L}\p{N}]/gu)?.length ?? 0;

export const anchorAt = (rows: readonly Row[], top: number): Anchor => {
  let letters = 0;
  let skip = 0;
  for (const row of rows.slice(0, Math.max(0, top))) {
    const count = lettersIn(row);
    letters += count;
    skip = count === 0 ? skip + 1 : 0;
  }
  return { letters, skip };
};

/** The row that shows the anchor: the one that holds its next letter, or a blank one before it. */
export const rowAt = (rows: readonly Row[], anchor: Anchor): number => {
  let letters = 0;
  for (const [index, row] of rows.entries()) {
    if (letters === anchor.letters) {
      const blanks = rows.slice(index, index + anchor.skip).findIndex(next => lettersIn(next) > 0);
      return index + (blanks < 0 ? Math.min(anchor.skip, rows.length - index) : blanks);
    }
    letters += lettersIn(row);
    if (letters > anchor.letters) return index;
  }
  return Math.max(0, rows.length - 1);
};

export const clampTop = (top: number, total: number, height: number): number =>
  Math.max(0, Math.min(top, total - height));

/** The nearest top that shows rows `from` to `to`, the first of them when not all fit. */
export const reveal = (top: number, height: number, from: number, to: number): number =>
  Math.min(from, Math.max(top, to - height));
