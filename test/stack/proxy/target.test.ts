import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { absoluteForm, authorityForm } from '../../../src/stack/proxy/target.ts';

describe('absoluteForm', () => {
  test.each([
    ['http://www.foobar.com/', { host: 'www.foobar.com', port: 80, authority: 'www.foobar.com', path: '/' }],
    [
      'HTTP://WWW.Foobar.Com./a/../b?c#d',
      { host: 'www.foobar.com', port: 80, authority: 'WWW.Foobar.Com.', path: '/a/../b?c' },
    ],
    ['http://www.foobar.com', { host: 'www.foobar.com', port: 80, authority: 'www.foobar.com', path: '/' }],
    [
      'http://www.foobar.com?q=http://x/',
      { host: 'www.foobar.com', port: 80, authority: 'www.foobar.com', path: '/?q=http://x/' },
    ],
    [
      'http://8.8.8.8:8080/%2e%2e/',
      { host: '8.8.8.8', port: 8080, authority: '8.8.8.8:8080', path: '/%2e%2e/' },
    ],
    ['http://[::1]:81/', { host: '::1', port: 81, authority: '[::1]:81', path: '/' }],
    [
      'http://www.foobar.com:/',
      { host: 'www.foobar.com', port: 80, authority: 'www.foobar.com:', path: '/' },
    ],
  ])('%s', (text, target) => {
    expect(absoluteForm(text)).toEqual(target);
  });

  test.each([
    '/',
    '*',
    '',
    'https://www.foobar.com/',
    'ftp://www.foobar.com/',
    'http:///path',
    'http://user:password@www.foobar.com/',
    'http://www.foobar.com@8.8.8.8/',
    'http://www.foobar.com:0/',
    'http://www.foobar.com:65536/',
    'http://www.foobar.com:80:80/',
    'http://www.foobar.com:8a/',
    'http://www..com/',
    'http://[www.foobar.com]/',
    'http://[8.8.8.8]/',
    'http://::1/',
    `http://${'a'.repeat(64)}.com/`,
  ])('not %s', text => {
    expect(absoluteForm(text)).toBeUndefined();
  });

  test('never throws, and a target has a port and a path', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map(text => `http://${text}`),
        ),
        text => {
          const target = absoluteForm(text);
          if (!target) return;
          expect(target.port).toBeGreaterThan(0);
          expect(target.port).toBeLessThan(65_536);
          expect(target.path.startsWith('/')).toBe(true);
          expect(target.host).not.toMatch(/[@/?#\s[\]]/);
        },
      ),
    );
  });
});

describe('authorityForm', () => {
  test.each([
    ['www.foobar.com:443', { host: 'www.foobar.com', port: 443 }],
    ['[2001:db8::1]:443', { host: '2001:db8::1', port: 443 }],
  ])('%s', (text, target) => {
    expect(authorityForm(text)).toEqual(target);
  });

  test.each(['www.foobar.com', 'www.foobar.com:', ':443', 'http://www.foobar.com:443', 'a@b:443', '', '/'])(
    'not "%s"',
    text => {
      expect(authorityForm(text)).toBeUndefined();
    },
  );
});
