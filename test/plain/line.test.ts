import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { needsAscii } from '../../src/plain/glyphs.ts';
import {
  clean,
  clip,
  column,
  cut,
  duration,
  line,
  span,
  textOf,
  widthOf,
  wrap,
} from '../../src/plain/line.ts';

it('takes everything from a text that a terminal would obey', () => {
  expect(clean('a\u001b[31mb\u001b]0;title\u0007c\u0007d\ne\u202ef')).toBe('abc d e f');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => !/[\u0000-\u001f\u007f-\u009f]/.test(clean(text))),
  );
});

it('has only clean text in its pieces', () => {
  expect(textOf(line('a\u001b[2Jb', span('c\u0007', 'bad')))).toBe('abc ');
});

it('cuts, fills and wraps by cells', () => {
  expect(cut('guestbook', 5)).toBe('gues…');
  expect(cut('日本語', 5)).toBe('日本…');
  expect(column('ab', 4)).toBe('ab  ');
  expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrap('abcdefghij kl', 4)).toEqual(['abcd', 'efgh', 'ij', 'kl']);
  expect(textOf(clip(line(span('one '), span('two')), 5))).toBe('one …');
});

it('keeps the spaces inside a line', () => {
  expect(wrap('  a  b   c', 10)).toEqual(['  a  b   c']);
  expect(wrap('a  b   cccc', 7)).toEqual(['a  b', 'cccc']);
});

it('puts a question mark in the place of a sign that no line can hold', () => {
  // Three cells: the head of a note with its stem and flag.
  expect(wrap('a\u{1d158}\u{1d165}\u{1d16e}b', 2)).toEqual(['a?', 'b']);
  expect(wrap('日本', 1)).toEqual(['?', '?']);
});

it('loses nothing but spaces where lines are wide enough for every sign', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 8, max: 40 }), (text, width) => {
      expect(wrap(text, width).join('').replaceAll(' ', '')).toBe(clean(text).replaceAll(' ', ''));
    }),
  );
});

it('never wraps or clips to more than the width', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, width) => {
      for (const part of wrap(text, width)) expect(stringWidth(part)).toBeLessThanOrEqual(width);
      expect(widthOf(clip(line(text, text), width))).toBeLessThanOrEqual(width);
    }),
  );
});

it('writes durations as people read them', () => {
  expect([0, 0.004, 0.024, 0.44, 9.96, 43.4, 1250].map(duration)).toEqual([
    '0 ms',
    '<0.01 ms',
    '0.02 ms',
    '0.4 ms',
    '10.0 ms',
    '43 ms',
    '1.25 s',
  ]);
});

it.each([
  [{ TERM: 'linux', LANG: 'C.UTF-8' }, true],
  [{ TERM: 'xterm', LANG: 'C' }, true],
  [{ TERM: 'xterm', LANG: 'de_DE.ISO-8859-1' }, true],
  [{ TERM: 'xterm', LANG: 'C', LC_ALL: 'en_US.UTF-8' }, false],
  [{ TERM: 'xterm' }, false],
])('with %j ASCII is needed: %s', (env, needed) => {
  expect(needsAscii(env, 'linux')).toBe(needed);
});
