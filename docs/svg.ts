import type { IBufferCell, Terminal } from '@xterm/headless';

// The cell of DejaVu Sans Mono at 14 px: with any other the lines of the boxes would show gaps.
const cell = { width: 8.43, height: 17, size: 14 };
const padding = 12;

/** The sixteen colours, calm on a dark ground. */
const palette = [
  '#21252b',
  '#e06c75',
  '#98c379',
  '#e5c07b',
  '#61afef',
  '#c678dd',
  '#56b6c2',
  '#d7dae0',
  '#5c6370',
  '#ff7b85',
  '#b5e890',
  '#ffd68a',
  '#7fc4ff',
  '#dd99f0',
  '#6fd3df',
  '#ffffff',
];
const ground = '#1b1e23';
const ink = '#d7dae0';

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const colourOf = (at: IBufferCell): string => {
  if (at.isFgDefault()) return ink;
  if (at.isFgRGB()) return `#${at.getFgColor().toString(16).padStart(6, '0')}`;
  return palette[at.getFgColor()] ?? ink;
};

interface Run {
  column: number;
  cells: number;
  text: string;
  style: string;
}

const styleOf = (at: IBufferCell): string => {
  const fill = at.isInverse() ? ground : colourOf(at);
  return [
    `fill="${fill}"`,
    at.isBold() ? 'font-weight="bold"' : '',
    at.isDim() ? 'opacity="0.6"' : '',
    at.isItalic() ? 'font-style="italic"' : '',
    at.isUnderline() ? 'text-decoration="underline"' : '',
  ]
    .filter(Boolean)
    .join(' ');
};

/** What a terminal shows, as a picture whose text stays text. */
export const toSvg = (term: Terminal, title: string): string => {
  const width = Math.ceil(term.cols * cell.width + 2 * padding);
  const height = term.rows * cell.height + 2 * padding;
  const parts: string[] = [];
  for (let row = 0; row < term.rows; row++) {
    const y = padding + row * cell.height;
    const runs: Run[] = [];
    const line = term.buffer.active.getLine(row);
    for (let column = 0; line && column < term.cols; column++) {
      const at = line.getCell(column);
      if (!at || at.getWidth() === 0) continue;
      const text = at.getChars() || ' ';
      if (at.isInverse()) {
        const x = padding + column * cell.width;
        parts.push(
          `<rect x="${x.toFixed(2)}" y="${y}" width="${cell.width}" height="${cell.height}" fill="${ink}"/>`,
        );
      }
      // A picture drops spaces at the ends of a text, so a text is words with single spaces between them.
      if (text === ' ') continue;
      const style = styleOf(at);
      const last = runs.at(-1);
      const gap = last ? column - last.column - last.cells : 0;
      if (last && last.style === style && gap <= 1) {
        last.text += ' '.repeat(gap) + text;
        last.cells += gap + at.getWidth();
      } else runs.push({ column, cells: at.getWidth(), text, style });
    }
    for (const { column, cells, text, style } of runs) {
      const x = (padding + column * cell.width).toFixed(2);
      const length = (cells * cell.width).toFixed(2);
      const baseline = y + cell.height - 4;
      parts.push(
        `<text x="${x}" y="${baseline}" textLength="${length}" lengthAdjust="spacingAndGlyphs" ${style}>${escapeXml(text)}</text>`,
      );
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="${cell.size}">
<title>${title}</title>
<rect width="${width}" height="${height}" rx="8" fill="${ground}"/>
${parts.join('\n')}
</svg>
`;
};
