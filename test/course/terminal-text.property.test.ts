import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { plainText } from '../../src/course/plain-text.ts';
import { renderInline, renderMarkdown, type TextOptions } from '../../src/course/terminal-text.ts';

const syntax = [
  '# ',
  '## ',
  '- ',
  '- [ ] ',
  '- [x] ',
  '1. ',
  '  ',
  '    ',
  '\t',
  '> ',
  '> [!TIP]\n',
  '```\n',
  '```nginx\n',
  '~~~\n',
  '| a | b |\n|---|--:|\n| c | d |\n',
  '|',
  '---\n',
  '===\n',
  '\n',
  '\n\n',
  '**',
  '*',
  '_',
  '~~',
  '`',
  '<!-- c -->',
  '<br>',
  '<b>',
  '[x](https://e.example/+?a=1)',
  '[x](javascript:y)',
  '![i](u)',
  '<https://e.example/é>',
  '\\',
  '  \n',
  '\r\n',
  '\r',
];
const words = [
  'word',
  'a',
  ' ',
  '.',
  'longwordlongwordlongwordlongwordlongword',
  '漢字漢字',
  'ｶﾞ',
  'é',
  'e\u0301',
  '👩‍👩‍👧',
  '🇩🇪',
  '🇩',
  '❤️',
  '#️⃣',
  '\u0301',
  '\u200D',
  '\u200B',
  '\u00A0',
  '\u3000',
  'าำ',
  '\u0903',
  '\u0600',
  'كتاب',
  '\u1100\u1100\u1100\u1161\u11A8',
  '\u115F',
  'ﷺ',
];
const hostile = [
  '\u001B[31m',
  '\u001B]0;title\u0007',
  '\u001B]8;;https://evil.example\u001B\\',
  '\u009B31m',
  '\u009D8;;x\u009C',
  '\u0007',
  '\b',
  '\u0000',
  '\u007F',
  '\u202E',
  '\u2066',
  '\u2028',
  '\uFEFF',
  '\uD800',
  '\uDC00',
  '&#27;[31m',
  '&#x9b;31m',
  '&#7;',
  '&#xD800;',
  '&#x202e;',
  '[x](<https://e.example/&#27;]8;;&#7;>)',
  '[x](https://e.example/\u001B[31m)',
  '`\u001B[31m`',
  '*#COLON|*',
];
const source = fc
  .array(
    fc.oneof(
      fc.constantFrom(...syntax),
      fc.constantFrom(...words),
      fc.constantFrom(...hostile),
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
    { maxLength: 40 },
  )
  .map(parts => parts.join(''));
const options: fc.Arbitrary<TextOptions> = fc.record({
  color: fc.boolean(),
  ascii: fc.boolean(),
  hyperlinks: fc.boolean(),
});
const width = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 120 }));

const ours = /\u001B\[[\d;]*m|\u001B\]8;;[\x21-\x7E]*\u0007/g;
const unsafe = /[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069\u2028\u2029]/u;

/** Which styles and links a line leaves open. */
const openAtEnd = (line: string): string[] => {
  const closers: Record<string, string> = { 1: '22', 2: '22', 3: '23', 4: '24', 9: '29' };
  const open = new Set<string>();
  for (const [sequence] of line.matchAll(ours)) {
    if (sequence.startsWith('\u001B]')) {
      if (sequence === '\u001B]8;;\u0007') open.delete('link');
      else open.add('link');
      continue;
    }
    const code = sequence.slice(2, -1);
    if (/^3[0-8]$/.test(code)) open.add('39');
    else if (closers[code]) open.add(closers[code]);
    else open.delete(code);
  }
  return [...open];
};

describe('whatever the source is', () => {
  it('no line is wider than the terminal', () => {
    fc.assert(
      fc.property(source, width, options, (markdown, columns, how) => {
        for (const line of renderMarkdown(markdown, columns, how))
          expect(stringWidth(line)).toBeLessThanOrEqual(columns);
      }),
      { numRuns: 2000 },
    );
  });

  it('nothing reaches the terminal but text, our styles and safe links, each ended in its line', () => {
    fc.assert(
      fc.property(source, width, options, (markdown, columns, how) => {
        for (const line of [...renderMarkdown(markdown, columns, how), renderInline(markdown, how)]) {
          expect(line.replace(ours, '')).not.toMatch(unsafe);
          expect(openAtEnd(line)).toEqual([]);
          if (!how.color) expect(line).not.toContain('\u001B[');
          if (!how.hyperlinks) expect(line).not.toContain('\u001B]');
          for (const [, url] of line.matchAll(/\u001B\]8;;([^\u0007]*)\u0007/g))
            expect(url).toMatch(/^(?:(?:https?:\/\/|mailto:)[\x21-\x7E]+)?$/);
        }
        expect(plainText(markdown)).not.toMatch(unsafe);
      }),
      { numRuns: 2000 },
    );
  });

  it('text drawn in ASCII adds nothing but ASCII', () => {
    const ascii = source.filter(markdown => /^[\x20-\x7E\n]*$/.test(markdown) && !/&|<br/.test(markdown));
    fc.assert(
      fc.property(ascii, width, (markdown, columns) => {
        for (const line of renderMarkdown(markdown, columns, { color: false, ascii: true }))
          expect(line).toMatch(/^[\x20-\x7E]*$/);
      }),
    );
  });
});

describe('no word is lost', () => {
  const text = fc.array(fc.stringMatching(/^[a-z]{1,30}$/), { minLength: 1, maxLength: 30 });
  const blocks: [string, (words: string[]) => string][] = [
    ['a paragraph', list => list.join(' ')],
    ['a list', list => list.map(word => `- ${word} ${word}`).join('\n')],
    ['a loose list', list => list.map(word => `1. ${word}\n\n   ${word}`).join('\n\n')],
    ['a quote', list => `> ${list.join('\n> ')}`],
    [
      'nested blocks',
      list => list.map((word, depth) => `${'  '.repeat(depth % 6)}- **${word}** ${word}`).join('\n'),
    ],
    ['code', list => `\`\`\`\n${list.join('\n')}\n\`\`\``],
  ];

  it.each(blocks)('in %s', (_, block) => {
    const letters = (shown: string): string => shown.replace(/[^a-z]/g, '');
    fc.assert(
      fc.property(text, width, (list, columns) => {
        const markdown = block(list);
        const shown = renderMarkdown(markdown, columns, { color: false, ascii: true });
        expect(letters(shown.join(''))).toBe(letters(markdown));
      }),
    );
  });

  it('in a table, cell by cell', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 60 }), (list, columns) => {
        const rows = list.map(word => `| ${word} | ${word} |`);
        const shown = renderMarkdown(`| a | b |\n|---|---|\n${rows.join('\n')}`, columns, { color: false });
        const sorted = (letters: string): string => [...letters.replace(/[^a-z]/g, '')].sort().join('');
        const drawn = sorted(shown.join(''));
        const written = sorted(`ab${rows.join('')}`);
        // In a narrow terminal the heads are repeated in every row.
        expect([written, sorted(rows.join('') + 'ab'.repeat(list.length))]).toContain(drawn);
      }),
    );
  });
});
