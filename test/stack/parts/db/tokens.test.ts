import fc from 'fast-check';
import mysql from 'mysql2';
import { describe, expect, it } from 'vitest';
import { significant, splitStatements, tokenize } from '../../../../src/stack/parts/db/tokens.ts';

const parts = (text: string) => significant(tokenize(text)).map(({ kind, value }) => `${kind} ${value}`);

const fragments = fc.constantFrom(
  'select',
  ' ',
  '\n',
  "'a''b'",
  "'a\\'b'",
  '"x"',
  '`t``1`',
  '/* c */',
  '/*!40101 x */',
  '/*!99999 x */',
  '-- rest\n',
  '--1',
  '# rest\n',
  '?',
  '@@x',
  '@y',
  '1.5e3',
  '.5',
  '0x1f',
  "x'ff'",
  "b'1'",
  ';',
  '(',
  ')',
  ',',
  '.',
  '<=>',
  '/*',
  '*/',
  "'",
  '"',
  '`',
  '\\',
  'ä',
  '1a',
  '\0',
  '--',
);

describe('tokens', () => {
  it('joined again are the text, whatever it is', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fragments).map(list => list.join('')),
    );
    fc.assert(
      fc.property(text, source => {
        const tokens = tokenize(source);
        expect(tokens.map(token => token.text).join('')).toBe(source);
        for (const { at, text: part } of tokens) expect(source.startsWith(part, at)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    [
      'select 1a, t.1b, 1.5, .5, 1e5, 1',
      [
        'word SELECT',
        'word 1A',
        'operator ,',
        'word T',
        'operator .',
        'word 1B',
        'operator ,',
        'number 1.5',
        'operator ,',
        'number .5',
        'operator ,',
        'number 1e5',
        'operator ,',
        'number 1',
      ],
    ],
    ["'it''s' 'a\\'b' \"q\"\"r\"", ["string it's", "string a'b", 'string q"r']],
    ["'\\n\\t\\\\\\%\\_\\Z\\x'", ['string \n\t\\\\%\\_\x1ax']],
    ['`a``b`', ['quoted a`b']],
    ["0x4D2 x'4d' b'1000001' 0xZ", ['bytes 04D2', 'bytes 4d', 'bytes 41', 'word 0XZ']],
    ['5--1', ['number 5', 'operator -', 'operator -', 'number 1']],
    ['5 -- 1', ['number 5']],
    ['5 # 1', ['number 5']],
    ['a/* x */b', ['word A', 'word B']],
    ['a/*!b*/c', ['word A', 'word B', 'word C']],
    ['a/*!40100 b /* c */ d*/e', ['word A', 'word B', 'word D', 'word E']],
    ['a/*!99999 b*/c', ['word A', 'word C']],
    ["@@session.x @`y` @'z'", ['variable @@session.x', 'variable @`y`', "variable @'z'"]],
    ["'open", ["bad 'open"]],
    ['/* open', ['bad /* open']],
    ['/*! open', ['word OPEN', 'bad ']],
  ])('of %j', (text, expected) => {
    expect(parts(text)).toEqual(expected);
  });

  it('read the strings that a client escapes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        const [token, ...rest] = significant(tokenize(mysql.escape(text)));
        expect(rest).toEqual([]);
        expect(token).toMatchObject({ kind: 'string', value: text });
      }),
    );
  });
});

describe('statements', () => {
  it.each([
    ["select ';'; -- a;b\nselect 2;;", ["select ';'", '-- a;b\nselect 2']],
    ['# only a comment', []],
    ['', []],
    ['select 1 /* ; */; /* x */ ;select "a\\";b"', ['select 1 /* ; */', 'select "a\\";b"']],
    ['insert into `a;b` values (1)', ['insert into `a;b` values (1)']],
  ])('of %j', (text, expected) => {
    expect(splitStatements(text)).toEqual(expected);
  });
});
