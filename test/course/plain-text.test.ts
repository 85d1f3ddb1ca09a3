import { describe, expect, it } from 'vitest';
import { nameAll, slug } from '../../src/course/ids.ts';
import { plainText } from '../../src/course/plain-text.ts';

describe('plainText', () => {
  it.each([
    ['**bold** *em* ~~del~~ `a*b` [link](https://e.example)', 'bold em del a*b link'],
    ['![picture](x.png) <b>html</b>', 'picture <b>html</b>'],
    ['a &amp; b &lt;c&gt; \\*d\\* `&amp;`', 'a & b <c> *d* &amp;'],
    ['one\ntwo  \nthree<br>four', 'one two three four'],
    ['a&#27;[31m \u001B[31m b', 'a[31m [31m b'],
    ['snake_case, 2 * 3 * 4 <!-- note -->', 'snake_case, 2 * 3 * 4'],
  ])('%j is %j', (markdown, text) => {
    expect(plainText(markdown)).toBe(text);
  });
});

describe('slug', () => {
  it.each([
    ['Connection refused', 'connection-refused'],
    ['`/style.css`, a *file*', 'style-css-a-file'],
    ['Überraschung', 'uberraschung'],
    ['漢字', ''],
    ['a very long sentence that goes on and on and on', 'a-very-long-sentence-that-goes-on-and-on'],
  ])('of %j is %j', (markdown, id) => {
    expect(slug(markdown)).toBe(id);
  });
});

describe('nameAll', () => {
  it('makes ids from words, around those that are given', () => {
    const item = (words: string, id?: string) => ({ id, words, line: 1, value: { words } });
    const named = nameAll(
      [item('Web'), item('DNS', 'web'), item('web'), item('漢字'), item('漢字')],
      () => {},
    );
    expect(named.map(({ id }) => id)).toEqual(['web-2', 'web', 'web-3', 'item', 'item-2']);
  });
});
