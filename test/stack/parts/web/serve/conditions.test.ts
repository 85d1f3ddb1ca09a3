import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  acceptsGzip,
  parseRange,
  precondition,
} from '../../../../../src/stack/parts/web/serve/conditions.ts';

const modifiedMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const lastModified = new Date(modifiedMs).toUTCString();
const file = { etag: '"a-1"', lastModified, modifiedMs: modifiedMs + 123 };
const later = new Date(modifiedMs + 60_000).toUTCString();
const earlier = new Date(modifiedMs - 60_000).toUTCString();

describe('precondition', () => {
  it.each([
    [{}, undefined],
    [{ 'if-none-match': '"a-1"' }, 304],
    [{ 'if-none-match': '"b", W/"a-1"' }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': '"b"' }, undefined],
    [{ 'if-modified-since': lastModified }, 304],
    [{ 'if-modified-since': later }, undefined],
    [{ 'if-modified-since': earlier }, undefined],
    [{ 'if-modified-since': 'nonsense' }, undefined],
    [{ 'if-modified-since': lastModified, 'if-none-match': '"b"' }, undefined],
    [{ 'if-match': '"b"' }, 412],
    [{ 'if-match': '"a-1"' }, undefined],
    [{ 'if-unmodified-since': earlier }, 412],
    [{ 'if-unmodified-since': lastModified }, undefined],
  ])('%j', (headers, status) => {
    expect(precondition(headers, file)).toBe(status);
  });
});

describe('range', () => {
  const range = (text: string, more = {}) => parseRange({ range: text, ...more }, 100, file);

  it.each([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=10-', { start: 10, end: 99 }],
    ['bytes=-10', { start: 90, end: 99 }],
    ['bytes=-1000', { start: 0, end: 99 }],
    ['bytes=90-1000', { start: 90, end: 99 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5-4', undefined],
    ['bytes=0-1,3-4', undefined],
    ['bytes=', undefined],
    ['bytes=-', undefined],
    ['lines=1-2', undefined],
  ])('%s', (text, expected) => {
    expect(range(text)).toEqual(expected);
  });

  it('counts only while the file is the one that the client has', () => {
    for (const same of ['"a-1"', lastModified])
      expect(range('bytes=0-1', { 'if-range': same })).toEqual({ start: 0, end: 1 });
    for (const other of ['"b"', later]) expect(range('bytes=0-1', { 'if-range': other })).toBeUndefined();
  });

  it('never reaches beyond the file', () => {
    fc.assert(
      fc.property(fc.nat(), fc.option(fc.nat()), fc.option(fc.nat()), (size, from, to) => {
        const part = parseRange({ range: `bytes=${from ?? ''}-${to ?? ''}` }, size, file);
        if (typeof part !== 'object') return;
        expect(part.start >= 0 && part.start <= part.end && part.end < size).toBe(true);
      }),
    );
  });
});

it.each([
  ['gzip', true],
  ['br, gzip;q=0.5', true],
  ['GZIP; q=1', true],
  ['*', true],
  ['gzip;q=0', false],
  ['gzip;q=0.0', false],
  ['br', false],
  ['', false],
  [undefined, false],
])('Accept-Encoding: %s lets gzip through: %s', (accept, expected) => {
  expect(acceptsGzip(accept)).toBe(expected);
});
