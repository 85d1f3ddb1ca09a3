import type { Tokens } from 'marked';
import stringWidth from 'string-width';
import type { Layout } from './terminal-blocks.ts';
import { pad, wrapWords } from './terminal-wrap.ts';

const narrowest = 4;
const gap = 3;

/** Takes cells from the widest column until the table fits; nothing when it cannot. */
const fitColumns = (natural: readonly number[], width: number): number[] | undefined => {
  const room = width - gap * (natural.length - 1);
  const widths = natural.map(column => Math.max(1, Math.min(column, room)));
  let sum = widths.reduce((total, column) => total + column, 0);
  for (; sum > room; sum--) {
    const widest = Math.max(...widths);
    if (widest <= narrowest) return undefined;
    widths[widths.indexOf(widest)] = widest - 1;
  }
  return widths;
};

export const renderTable = (token: Tokens.Table, width: number, layout: Layout): string[] => {
  const { style, glyphs, inline } = layout;
  const head = token.header.map(cell => style.strong(inline(cell.tokens)));
  const rows = token.rows.map(row => row.map(cell => inline(cell.tokens)));
  const natural = head.map((cell, column) => widestLine([cell, ...rows.map(row => row[column] ?? '')]));
  const widths = fitColumns(natural, width);
  if (!widths) return stacked(head, rows, width);
  const between = ` ${style.dim(glyphs.column)} `;
  const rule = style.dim(
    widths.map(column => glyphs.rule.repeat(column)).join(glyphs.rule + glyphs.cross + glyphs.rule),
  );
  const layRow = (cells: readonly string[]): string[] => {
    const wrapped = widths.map((column, index) => wrapWords(cells[index] ?? '', column));
    const height = Math.max(...wrapped.map(lines => lines.length));
    return Array.from({ length: height }, (_, line) =>
      widths
        .map((column, index) => pad(wrapped[index]?.[line] ?? '', column, token.align[index]))
        .join(between)
        .trimEnd(),
    );
  };
  const laid = rows.map(layRow);
  // Rows of several lines need something between them to be told apart.
  const ruled = laid.some(lines => lines.length > 1);
  return [
    ...layRow(head),
    rule,
    ...laid.flatMap((lines, index) => (ruled && index > 0 ? [rule, ...lines] : lines)),
  ];
};

const widestLine = (cells: readonly string[]): number =>
  cells.flatMap(cell => cell.split('\n')).reduce((widest, line) => Math.max(widest, stringWidth(line)), 0);

/** For a terminal that is too narrow for columns: one line per cell. */
const stacked = (head: readonly string[], rows: readonly string[][], width: number): string[] =>
  rows.flatMap((row, index) => [
    ...(index > 0 ? [''] : []),
    ...row.flatMap((cell, column) => wrapWords(`${head[column]}: ${cell}`, width)),
  ]);
