import { cells } from './line.ts';

/** A value of a series; nothing where it was not measured. */
export type Point = number | undefined;

/** The last values that fit as bars of one line each; whatever is more than nothing is higher than nothing. */
export const sparkline = (
  points: readonly Point[],
  most: number,
  width: number,
  levels: readonly string[],
): string => {
  const top = levels.length - 1;
  return points
    .slice(-width)
    .map(point => {
      if (point === undefined) return ' ';
      if (point <= 0 || most <= 0) return levels[0];
      return levels[Math.max(1, Math.min(top, Math.round((point / most) * top)))];
    })
    .join('');
};

/** The same as columns of `height` lines, highest line first, each `width` cells wide. */
export const columns = (
  points: readonly Point[],
  most: number,
  { width, height }: { width: number; height: number },
  levels: readonly string[],
): string[] => {
  const top = levels.length - 1;
  const shown = points.slice(-width);
  const heights = shown.map(point =>
    point === undefined || point <= 0 || most <= 0
      ? 0
      : Math.max(1, Math.min(top * height, Math.round((point / most) * top * height))),
  );
  return Array.from({ length: height }, (_, row) => {
    const below = (height - 1 - row) * top;
    const text = heights
      .map((of, at) => {
        if (shown[at] === undefined) return ' ';
        if (of - below > 0) return levels[Math.min(top, of - below)];
        return below === 0 ? levels[0] : ' ';
      })
      .join('');
    return text + ' '.repeat(Math.max(0, width - cells(text)));
  });
};
