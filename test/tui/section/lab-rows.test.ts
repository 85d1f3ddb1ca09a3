import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLab } from '../../../src/lab/parse.ts';
import type { LineResult } from '../../../src/lab/run.ts';
import { unicodeGlyphs } from '../../../src/plain/glyphs.ts';
import { textOf, widthOf } from '../../../src/plain/line.ts';
import { type LabLook, labRows, resultRows } from '../../../src/tui/section/lab-rows.ts';

const look = (width: number): LabLook => ({
  width,
  glyphs: unicodeGlyphs,
  ascii: false,
  frame: 0,
  inline: false,
  places: [],
});

const labLine = (source: string): LineResult['line'] => {
  const [line] = parseLab(source).lines;
  if (!line) throw new Error(`${source} is no command`);
  return line;
};

const logs = (...lines: string[]): LineResult => ({
  line: labLine('logs web'),
  ok: true,
  summary: `${lines.length} lines`,
  observed: { kind: 'logs', lines },
});

const refused =
  '2026/11/21 22:08:28 [error] 17030#17030: *2 connect() failed (111: Connection refused) while connecting to upstream, request: "GET /guestbook HTTP/1.1"';

describe('a log line that is longer than the screen', () => {
  it('is there to its end, and hangs under its beginning', () => {
    const rows = resultRows(logs(refused, 'short'), look(60)).map(textOf);
    expect(rows.slice(2)).toEqual([
      '    2026/11/21 22:08:28 [error] 17030#17030: *2 connect()',
      '      failed (111: Connection refused) while connecting to',
      '      upstream, request: "GET /guestbook HTTP/1.1"',
      '    short',
    ]);
  });

  it('loses nothing and leaves nothing outside at any width', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 120 }), width => {
        const rows = resultRows(logs(refused), look(width));
        expect(Math.max(...rows.map(widthOf))).toBeLessThanOrEqual(width);
        const letters = (text: string) => text.replaceAll(' ', '');
        expect(letters(rows.slice(2).map(textOf).join(''))).toBe(letters(refused));
      }),
    );
  });
});

it('shows every line of a long log', () => {
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`);
  const text = resultRows(logs(...lines), look(60))
    .map(textOf)
    .join('\n');
  expect(text).toContain('line 0\n');
  expect(text).toMatch(/line 39$/);
});

it('shows a long command to its end, before and after it has run', () => {
  const source = `sql "SELECT id, name, message FROM entries WHERE name = 'Ada' AND message LIKE '%lab%'"`;
  const line = labLine(source);
  const letters = source.replaceAll(' ', '');
  const block = { line: 1, continues: false, stack: 'one-server' as const, lines: [line] };
  const waiting = labRows(block, undefined, look(50)).map(textOf).join('').replaceAll(' ', '');
  expect(waiting).toContain(letters);
  const result: LineResult = { ...logs(), line };
  expect(resultRows(result, look(50)).map(textOf).join('').replaceAll(' ', '')).toContain(letters);
});
