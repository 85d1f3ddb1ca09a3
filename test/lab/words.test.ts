import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitWords } from '../../src/lab/words.ts';

const texts = (line: string) => {
  const words = splitWords(line);
  return 'problem' in words ? words.problem : words.map(({ text }) => text);
};

describe('splitWords', () => {
  test.each([
    ['', []],
    [' \t ', []],
    ['stop app', ['stop', 'app']],
    ['  stop \t app  ', ['stop', 'app']],
    ['stop app # why', ['stop', 'app']],
    ['# stop app', []],
    ['request /a#b', ['request', '/a#b']],
    ['sql "a # b" #c', ['sql', 'a # b']],
    ['post /x text="a b" name=Ada', ['post', '/x', 'text=a b', 'name=Ada']],
    ["post /x text=it's", ['post', '/x', "text=it's"]],
    ['sql \'say "hi" \\n\'', ['sql', 'say "hi" \\n']],
    ['sql "a \\"b\\" \\\\ \\n\\t \\%"', ['sql', 'a "b" \\ \n\t \\%']],
    ['x ""', ['x', '']],
    ['x "a', 'the quote at column 3 is not closed'],
    ['x "a\\"', 'the quote at column 3 is not closed'],
    ['x "a"b', 'a space is missing behind the quote that ends at column 5'],
  ])('%j', (line, expected) => {
    expect(texts(line)).toEqual(expected);
  });

  test('says where each word stands, quotes included', () => {
    expect(splitWords(' a "b c"')).toEqual([
      { text: 'a', start: 1, end: 2, quoted: false },
      { text: 'b c', start: 3, end: 8, quoted: true },
    ]);
  });

  test('any values in quotes come back as they were, whatever they contain', () => {
    const double = fc.string().map(text => ({
      text,
      written: `"${text.replace(/["\\]/g, '\\$&')}"`,
    }));
    const single = fc
      .string()
      .filter(text => !text.includes("'"))
      .map(text => ({ text, written: `'${text}'` }));
    fc.assert(
      fc.property(fc.array(fc.oneof(double, single)), values => {
        expect(texts(values.map(({ written }) => written).join(' '))).toEqual(values.map(({ text }) => text));
      }),
    );
  });
});
