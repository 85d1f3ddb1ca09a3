import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCookies, parseForm, parseTarget, requestId } from '../../../../src/stack/parts/app/request.ts';

const formType = 'application/x-www-form-urlencoded';

describe('the target of a request', () => {
  it.each([
    ['/', '/', {}],
    ['/slow?ms=20', '/slow', { ms: '20' }],
    ['/a?b=1&b=2&c=%26+d', '/a', { b: '1', c: '& d' }],
    ['//evil.example/x', '//evil.example/x', {}],
    ['/a/../b?', '/a/../b', {}],
    ['/?a=?&b', '/', { a: '?', b: '' }],
    ['http://www.foobar.com/guestbook?x=1', '/guestbook', { x: '1' }],
    ['http://www.foobar.com', '/', {}],
    ['http://www.foobar.com?x=1', '/', { x: '1' }],
  ])('%s', (target, path, query) => {
    expect(parseTarget(target)).toEqual({ path, query: Object.assign(Object.create(null), query) });
  });

  it.each(['', '*', 'www.foobar.com:80', 'guestbook', '?x=1'])(
    '%j is none that a page could have',
    target => {
      expect(parseTarget(target)).toBeUndefined();
    },
  );
});

describe('cookies', () => {
  it('are told apart by name, and the first of two counts', () => {
    expect({ ...parseCookies('a=1; session=x=y ;a=2; nothing') }).toEqual({ a: '1', session: 'x=y' });
    expect({ ...parseCookies(undefined) }).toEqual({});
  });
});

describe('forms', () => {
  it('are read back as they were written', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), form => {
        const read = parseForm(formType, new URLSearchParams(form).toString());
        expect(Object.entries(read)).toEqual(expect.arrayContaining(Object.entries(form)));
        expect(Object.keys(read)).toHaveLength(Object.keys(form).length);
      }),
    );
  });

  it('have no field that nobody sent', () => {
    const form = parseForm(`${formType}; charset=utf-8`, '__proto__=x&name=Mia');
    expect(form.constructor).toBeUndefined();
    expect(form.name).toBe('Mia');
    expect(Object.keys(form)).toEqual(['__proto__', 'name']);
    expect({}).not.toHaveProperty('x');
  });

  it('of another type are empty', () => {
    expect({ ...parseForm('application/json', 'name=Mia') }).toEqual({});
    expect({ ...parseForm(undefined, 'name=Mia') }).toEqual({});
  });
});

describe('the id of a request', () => {
  it('is the one that came with it', () => {
    expect(requestId('0123456789abcdef0123456789abcdef')).toBe('0123456789abcdef0123456789abcdef');
  });

  it('is a new one when it is missing or could break out of a comment', () => {
    const ids = [undefined, '', '*/ DROP TABLE users; /*', 'a b', 'a\nb', 'x'.repeat(65), ['a', 'b']].map(
      requestId,
    );
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
