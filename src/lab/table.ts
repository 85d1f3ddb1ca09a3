import stringWidth from 'string-width';
import type { SqlResult } from '../stack/stack.ts';
import { visible } from './visible.ts';

const separator = ' | ';
/** A column is made no narrower than this, in cells: below it nothing can be read any more. */
const narrowest = 16;

const cellsOf = (text: string): number => stringWidth(text);

/**
 * Rows of a result below each other, in lines of at most `width` cells: wide columns are wrapped, and where that is
 * not enough each value gets a line, as the mysql client does it.
 */
export const table = ({ columns, rows }: SqlResult, width: number): string[] => {
  if (columns.length === 0) return [];
  const head = columns.map(visible);
  const body = rows.map(row => head.map((_, at) => visible(String(row[at] ?? 'NULL'))));
  const widths = fitting(head, body, width);
  if (!widths && body.length > 0) return body.flatMap((row, at) => upright(head, row, at + 1));
  const isNumber = head.map(
    (_, at) => rows.some(row => row[at] !== null) && rows.every(row => isNumeric(row[at])),
  );
  const of = widths ?? head.map(cellsOf);
  const lines = (row: readonly string[]): string[] => {
    const cells = row.map((cell, at) => wrapped(cell, of[at] ?? 0));
    const height = Math.max(...cells.map(cell => cell.length));
    return Array.from({ length: height }, (_, line) =>
      cells
        .map((cell, at) => padded(cell[line] ?? '', of[at] ?? 0, isNumber[at] ?? false))
        .join(separator)
        .trimEnd(),
    );
  };
  return [...lines(head), of.map(cells => '-'.repeat(cells)).join('-+-'), ...body.flatMap(lines)];
};

/** Widths of the columns, the widest of them made narrower; nothing where they cannot be made to fit. */
const fitting = (
  head: readonly string[],
  body: readonly (readonly string[])[],
  width: number,
): number[] | undefined => {
  const least = head.map(name => Math.max(cellsOf(name), narrowest));
  const widths = head.map((name, at) => Math.max(...[name, ...body.map(row => row[at] ?? '')].map(cellsOf)));
  const room = width - separator.length * (head.length - 1);
  let over = widths.reduce((sum, cells) => sum + cells, 0) - room;
  while (over > 0) {
    const at = widths.reduce((best, cells, index) => (cells > (widths[best] ?? 0) ? index : best), 0);
    const widest = widths[at] ?? 0;
    if (widest <= (least[at] ?? 0)) return undefined;
    widths[at] = widest - 1;
    over--;
  }
  return widths;
};

/** Broken between words; a word that is longer than the column, wherever that ends. */
const wrapped = (text: string, width: number): string[] => {
  if (cellsOf(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (cellsOf(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = '';
    for (const { segment } of new Intl.Segmenter().segment(word)) {
      if (cellsOf(line + segment) > width) {
        lines.push(line);
        line = '';
      }
      line += segment;
    }
  }
  return [...lines, line];
};

const padded = (text: string, width: number, right: boolean): string => {
  const space = ' '.repeat(Math.max(0, width - cellsOf(text)));
  return right ? space + text : text + space;
};

/** Large and exact numbers come as text. */
const isNumeric = (value: string | number | null | undefined): boolean =>
  value === null || /^-?\d+(?:\.\d+)?$/.test(String(value));

const upright = (head: readonly string[], row: readonly string[], number: number): string[] => {
  const longest = Math.max(...head.map(cellsOf));
  return [
    `-- row ${number} --`,
    ...head.map((name, at) => `${' '.repeat(longest - cellsOf(name))}${name}: ${row[at] ?? ''}`),
  ];
};
