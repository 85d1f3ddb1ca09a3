import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostOf, targetUrl } from '../../../src/stack/browser/target.ts';
import { StackError } from '../../../src/stack/stack.ts';

describe('a target is', () => {
  it.each([
    ['/', 'http://www.foobar.com/'],
    ['/guestbook?page=2#end', 'http://www.foobar.com/guestbook?page=2'],
    ['//evil.example/x', 'http://www.foobar.com//evil.example/x'],
    ['/a b', 'http://www.foobar.com/a%20b'],
    ['www.foobar.com', 'http://www.foobar.com/'],
    ['foobar.com:8080/x', 'http://foobar.com:8080/x'],
    [' HTTP://WWW.Foobar.com/ ', 'http://www.foobar.com/'],
    ['8.8.8.8', 'http://8.8.8.8/'],
    ['HTTPS://www.foobar.com:443/x#y', 'https://www.foobar.com/x'],
    ['https://8.8.8.8:8443/', 'https://8.8.8.8:8443/'],
    ['http://bücher.example/', 'http://xn--bcher-kva.example/'],
  ])('%s', (target, url) => {
    expect(targetUrl(target).href).toBe(url);
  });
});

describe('is no target', () => {
  const noAddress = (target: string) =>
    `"${target}" is no address: begin with / for a page of www.foobar.com, or with http:// or https:// for any URL`;
  it.each([
    ['ftp://www.foobar.com/', 'ftp://www.foobar.com/: the browser speaks http:// and https://, not ftp://'],
    ['', noAddress('')],
    ['http://', noAddress('http://')],
    ['http://a..b/', noAddress('http://a..b/')],
    [`${'a'.repeat(64)}.com`, noAddress(`${'a'.repeat(64)}.com`)],
    ['mailto:me', noAddress('mailto:me')],
    ['what is this', noAddress('what is this')],
    ['http://me:secret@www.foobar.com/', 'www.foobar.com: the browser takes no user and password in a URL'],
  ])('%s', (target, message) => {
    expect(() => targetUrl(target)).toThrow(new StackError(message));
  });
});

it('keeps the host of an address without brackets and of a name without its final dot', () => {
  expect(hostOf(new URL('http://[2001:db8::1]:80/'))).toBe('2001:db8::1');
  expect(hostOf(new URL('http://www.foobar.com./'))).toBe('www.foobar.com');
});

it('is an http or https URL or a StackError, whatever the text', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.webUrl(),
        fc.string().map(text => `http://${text}`),
      ),
      text => {
        try {
          expect(targetUrl(text).protocol).toMatch(/^https?:$/);
        } catch (error) {
          expect(error).toBeInstanceOf(StackError);
        }
      },
    ),
    { numRuns: 2000 },
  );
});
