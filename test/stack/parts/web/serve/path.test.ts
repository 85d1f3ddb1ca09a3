import { posix } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeUri, filePath, isInside, parsePath } from '../../../../../src/stack/parts/web/serve/path.ts';

describe('path of a request', () => {
  it.each([
    ['/', '/', ''],
    ['/a/b.css?x=1?y', '/a/b.css', 'x=1?y'],
    ['/a//b///c', '/a/b/c', ''],
    ['/a/./b/../c', '/a/c', ''],
    ['/a/..', '/', ''],
    ['/a/b/.', '/a/b/', ''],
    ['/a/b/..', '/a/', ''],
    ['/a%20b%2Fc', '/a b/c', ''],
    ['/%c3%bc', '/ü', ''],
    ['/..a/b..', '/..a/b..', ''],
    ['/a#b?c', '/a', 'c'],
    ['/a%3Fb', '/a?b', ''],
    ['/a%2523', '/a%23', ''],
  ])('%s', (target, uri, args) => {
    expect(parsePath(target)).toEqual({ uri, args });
  });

  it.each([
    '',
    'a',
    '*',
    '/..',
    '/../a',
    '/a/../../b',
    '/%2e%2e/a',
    '/%2e%2e%2fa',
    '/a%00',
    '/%',
    '/%zz',
    '/\0',
  ])('refuses %j', target => {
    expect(parsePath(target)).toBeUndefined();
  });

  const pieces = fc.constantFrom(
    '/',
    '.',
    '..',
    'a',
    '%2e',
    '%2E%2e',
    '%2f',
    '%5c',
    '\\',
    '%00',
    '%25',
    '2e',
    '%c3',
    '%bc',
    '?',
    '#',
    '//',
    '/../',
    'é',
  );
  const target = fc.oneof(
    fc.array(pieces).map(all => `/${all.join('')}`),
    fc.string({ unit: 'binary' }).map(text => `/${text}`),
  );

  it('never leaves the root', () => {
    fc.assert(
      fc.property(target, text => {
        const path = parsePath(text);
        if (!path) return;
        expect(isInside(path.uri)).toBe(true);
        const file = posix.normalize(filePath('/root', path.uri));
        expect(file === '/root' || file.startsWith('/root/')).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it('is the same again after it was written down', () => {
    fc.assert(
      fc.property(target, text => {
        const uri = parsePath(text)?.uri;
        if (uri !== undefined) expect(parsePath(escapeUri(uri))?.uri).toBe(uri);
      }),
    );
  });

  it('knows what a configuration must not open', () => {
    for (const uri of ['/../a', '/a/..', '/a/../../b', '/a\0']) expect(isInside(uri)).toBe(false);
    for (const uri of ['/..a', '/a..', '/a/...']) expect(isInside(uri)).toBe(true);
  });
});
