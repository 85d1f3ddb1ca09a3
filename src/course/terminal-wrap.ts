import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

const segmenter = new Intl.Segmenter();
const sequence = /(\u001B\[[\d;]*m|\u001B\]8;;[^\u0007]*\u0007)/;

/** A grapheme that no line can hold becomes one cell; some scripts build clusters of any width. */
const replaceWide = (text: string, width: number): string =>
  text
    .split(sequence)
    .map((part, index) => {
      if (index % 2 === 1) return part;
      const graphemes = [...segmenter.segment(part)].map(({ segment }) => segment);
      return graphemes.map(grapheme => (stringWidth(grapheme) > width ? '\uFFFD' : grapheme)).join('');
    })
    .join('');

/** Breaks where the line is full; every space stays. */
export const wrapCode = (text: string, width: number): string[] => {
  const cut = (line: string): string[] =>
    wrapAnsi(line, width, { hard: true, trim: false, wordWrap: false }).split('\n');
  const lines = cut(text);
  return lines.every(line => stringWidth(line) <= width) ? lines : cut(replaceWide(text, width));
};

/** Breaks at spaces, and inside words that are longer than a line. */
export const wrapWords = (text: string, width: number): string[] =>
  wrapAnsi(text, width, { hard: true })
    .split('\n')
    // Words without any width, such as a lone joiner, can push a space over the edge.
    .flatMap(line => (stringWidth(line) <= width ? line : wrapCode(line, width)));

/** Fills up with spaces to the width. */
export const pad = (
  line: string,
  width: number,
  align: 'left' | 'center' | 'right' | null = null,
): string => {
  const space = Math.max(0, width - stringWidth(line));
  const before = align === 'right' ? space : align === 'center' ? Math.floor(space / 2) : 0;
  return ' '.repeat(before) + line + ' '.repeat(space - before);
};
