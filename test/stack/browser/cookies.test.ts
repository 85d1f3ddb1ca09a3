import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCookieJar } from '../../../src/stack/browser/cookies.ts';

const site = 'http://www.foobar.com/account/sign-in';

/** The `Cookie` header for `to` after an answer from `from` has set the cookies. */
const sent = (setCookies: string[], to = site, from = site): string | undefined => {
  const jar = createCookieJar(() => 0);
  jar.keep(new URL(from), setCookies);
  return jar.header(new URL(to));
};

describe('goes to the host that set it, and to no other', () => {
  it.each([
    ['a=1; Path=/', 'http://www.foobar.com/', 'a=1'],
    ['a=1; Path=/', 'http://www.foobar.com:8080/', 'a=1'],
    ['a=1; Path=/', 'http://foobar.com/', undefined],
    ['a=1; Path=/', 'http://blog.foobar.com/', undefined],
    ['a=1; Path=/; Domain=foobar.com', 'http://blog.foobar.com/', 'a=1'],
    ['a=1; Path=/; Domain=.FOOBAR.com', 'http://foobar.com/', 'a=1'],
    ['a=1; Path=/; Domain=foobar.com', 'http://notfoobar.com/', undefined],
    ['a=1; Path=/; Domain=com', 'http://www.foobar.com/', undefined],
    ['a=1; Path=/; Domain=example.org', 'http://www.foobar.com/', undefined],
    ['a=1; Path=/; Domain=', 'http://www.foobar.com/', 'a=1'],
  ])('%s to %s', (cookie, to, header) => {
    expect(sent([cookie], to)).toBe(header);
  });
});

describe('goes to its path and what lies below', () => {
  it.each([
    ['a=1', '/account/other', 'a=1'],
    ['a=1', '/account', 'a=1'],
    ['a=1', '/accounts', undefined],
    ['a=1', '/', undefined],
    ['a=1; Path=/x', '/x/y', 'a=1'],
    ['a=1; Path=/x', '/xy', undefined],
    ['a=1; Path=/x/', '/x', undefined],
    ['a=1; Path=x', '/account/', 'a=1'],
  ])('%s to %s', (cookie, path, header) => {
    expect(sent([cookie], `http://www.foobar.com${path}`)).toBe(header);
  });
});

describe('is accepted or not', () => {
  it.each([
    ['a=1; Secure', undefined],
    ['a=1; SameSite=None', undefined],
    ['a=1; SameSite=Strict; HttpOnly', 'a=1'],
    ['no pair', undefined],
    ['=1', undefined],
    ['a=', 'a='],
    [' a = b = c ; x', 'a=b = c'],
    [`a=${'x'.repeat(4095)}`, undefined],
  ])('%s', (cookie, header) => {
    expect(sent([cookie])).toBe(header);
  });

  it('stays with HTTPS when it is secure', () => {
    expect(sent(['a=1; Secure; Path=/'], 'https://www.foobar.com/', 'https://www.foobar.com/')).toBe('a=1');
    expect(
      sent(['a=1; Secure; Path=/'], 'http://www.foobar.com/', 'https://www.foobar.com/'),
    ).toBeUndefined();
  });

  it('is not replaced from http:// once it is secure', () => {
    const jar = createCookieJar(() => 0);
    jar.keep(new URL('https://www.foobar.com/'), ['a=1; Secure; Path=/']);
    jar.keep(new URL('http://www.foobar.com/'), ['a=2; Path=/', 'a=; Max-Age=0; Path=/']);
    expect(jar.header(new URL('https://www.foobar.com/'))).toBe('a=1');
    jar.keep(new URL('https://www.foobar.com/'), ['a=3; Path=/']);
    expect(jar.header(new URL('http://www.foobar.com/'))).toBe('a=3');
  });
});

describe('ends', () => {
  const lives = (attributes: string, at: number): boolean => {
    let now = Date.UTC(2030, 0, 1);
    const jar = createCookieJar(() => now);
    jar.keep(new URL(site), [`a=1; ${attributes}`]);
    now += at;
    return jar.header(new URL(site)) === 'a=1';
  };

  it.each([
    ['Max-Age=10', 9999, true],
    ['Max-Age=10', 10_000, false],
    ['Expires=Tue, 01 Jan 2030 00:00:10 GMT', 9999, true],
    ['Expires=Tue, 01 Jan 2030 00:00:10 GMT', 10_000, false],
    ['Max-Age=10; Expires=Tue, 01 Jan 2030 00:00:01 GMT', 5000, true],
    ['Max-Age=soon', 10 ** 12, true],
    ['Expires=soon', 10 ** 12, true],
    ['Max-Age=0', 0, false],
  ])('%s after %i ms: still there is %s', (attributes, at, alive) => {
    expect(lives(attributes, at)).toBe(alive);
  });

  it.each(['Max-Age=0', 'Max-Age=-5', 'Expires=Thu, 01 Jan 1970 00:00:00 GMT'])('at once with %s', end => {
    expect(sent(['a=1', `a=gone; ${end}`, 'b=2'])).toBe('b=2');
  });
});

it('is replaced by one of the same name, host and path, and longer paths come first', () => {
  expect(sent(['a=1; Path=/', 'a=2; Path=/account', 'a=3; Path=/'])).toBe('a=2; a=3');
});

it('takes any text for a cookie or for none', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), texts => {
      expect(sent(texts)?.length ?? 0).toBeLessThanOrEqual(texts.join('; ').length + texts.length);
    }),
  );
});
