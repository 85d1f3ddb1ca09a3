import { cells, wrap } from './line.ts';

const gap = 2;

/** Rows of two texts below each other, the second ones in a column of their own; a row without one is a sentence. */
export const inColumns = (rows: readonly (readonly [string, string?])[], width: number): string[] => {
  const longest = Math.max(0, ...rows.map(([left, right]) => (right === undefined ? 0 : cells(left))));
  // Where the first column would leave too little for the second, long entries stand on a line of their own.
  const first = Math.min(longest + gap, Math.floor(width / 2));
  return rows.flatMap(([left, right]) => {
    if (right === undefined) return left === '' ? [''] : wrap(left, width);
    const behind = wrap(right, Math.max(1, width - first));
    const fits = cells(left) + gap <= first;
    const head = fits ? [left + ' '.repeat(first - cells(left)) + (behind[0] ?? '')] : wrap(left, width);
    return [...head, ...(fits ? behind.slice(1) : behind).map(text => ' '.repeat(first) + text)];
  });
};
