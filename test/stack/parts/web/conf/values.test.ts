import { expect, it } from 'vitest';
import {
  parseAddress,
  parsePort,
  parseSize,
  parseTime,
} from '../../../../../src/stack/parts/web/conf/values.ts';

it.each([
  ['512', 512],
  ['16k', 16 * 1024],
  ['10M', 10 * 1024 * 1024],
  ['1g', 1024 ** 3],
  ['0', 0],
  ['', undefined],
  ['k', undefined],
  ['1kb', undefined],
  ['-1', undefined],
  ['1.5m', undefined],
])('size %s', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

it.each([
  ['2', 2000],
  ['2s', 2000],
  ['250ms', 250],
  ['1m', 60_000],
  ['1h30m', 5_400_000],
  ['1h 30m', 5_400_000],
  ['1d', 86_400_000],
  ['1M', 30 * 86_400_000],
  ['30m1h', undefined],
  ['1m1m', undefined],
  ['', undefined],
  ['s', undefined],
  ['-1', undefined],
  ['1.5s', undefined],
  ['1x', undefined],
])('time %s', (text, ms) => {
  expect(parseTime(text)).toBe(ms);
});

it.each([
  ['127.0.0.1:8000', '127.0.0.1', 8000],
  ['localhost', 'localhost', 80],
  ['[::1]:81', '[::1]', 81],
  ['[::1]', '[::1]', 80],
  ['a:0', 'a', Number.NaN],
  ['a:65536', 'a', Number.NaN],
  ['a:b', 'a', Number.NaN],
])('address %s', (text, host, port) => {
  expect(parseAddress(text, 80)).toEqual({ host, port });
});

it('takes only the ports that there are', () => {
  expect([parsePort('1'), parsePort('65535')]).toEqual([1, 65535]);
  expect(parsePort('0')).toBeNaN();
});
