import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfError } from '../../../../../src/stack/parts/web/conf/error.ts';
import { type Statement, statements } from '../../../../../src/stack/parts/web/conf/tokens.ts';

const read = (text: string): Statement[] => [...statements(text, 'nginx.conf')];
const words = (text: string): string[][] => read(text).map(statement => statement.words);

describe('statements of nginx.conf', () => {
  it('reads words, blocks and comments with the line on which each ends', () => {
    expect(read('a b;\nc { # d {\n  e\n    f;\n}\n')).toEqual([
      { words: ['a', 'b'], end: ';', line: 1 },
      { words: ['c'], end: '{', line: 2 },
      { words: ['e', 'f'], end: ';', line: 4 },
      { words: [], end: '}', line: 5 },
      { words: [], end: 'eof', line: 6 },
    ]);
  });

  it.each([
    ['a "b c" \'d;e\';', ['a', 'b c', 'd;e']],
    ['a "say \\"hi\\"" \'it\\\'s\';', ['a', 'say "hi"', "it's"]],
    ['a b\\ c d\\;e;', ['a', 'b\\ c', 'd\\;e']],
    ['a "\\t\\n\\\\ \\d";', ['a', '\t\n\\ \\d']],
    ['a x$'.concat('{y}z $b;'), ['a', 'x$'.concat('{y}z'), '$b']],
    ['a b#c #d\n;', ['a', 'b#c']],
    ['a b"c;', ['a', 'b"c']],
    ['a "";', ['a', '']],
    ['a\r\n\tb;', ['a', 'b']],
  ])('reads %j', (text, expected) => {
    expect(words(text)[0]).toEqual(expected);
  });

  it('fails on any text in no other way than nginx: with file and line', () => {
    const bits = fc.constantFrom(
      'server',
      ' ',
      '\n',
      ';',
      '{',
      '}',
      '"',
      "'",
      '\\',
      '#',
      '$',
      '${',
      'x',
      '\r\n',
      '\t',
      ')',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(bits).map(all => all.join('')),
    );
    fc.assert(
      fc.property(text, source => {
        const lines = source.split('\n').length;
        try {
          for (const { line } of read(source)) expect(line >= 1 && line <= lines).toBe(true);
        } catch (problem) {
          if (!(problem instanceof ConfError)) throw problem;
          expect(problem.place?.file).toBe('nginx.conf');
          expect(problem.place && problem.place.line >= 1 && problem.place.line <= lines).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('reads back every word that is quoted', () => {
    const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), all => {
        expect(words(`${all.map(quoted).join(' ')};`)[0]).toEqual(all);
      }),
    );
  });
});
