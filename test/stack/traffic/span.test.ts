import { expect, test } from 'vitest';
import { mixedMs, spanOf, type Visited } from '../../../src/stack/traffic/span.ts';

/** A visitor every 20 ms from 1000 on; `f` fails at once, a digit is answered 10 ms later by that version. */
const visitors = (pattern: string): Visited[] =>
  [...pattern].map((sign, index) => {
    const dueMs = 1000 + index * 20;
    return sign === 'f'
      ? { dueMs, lagMs: 0, doneMs: dueMs, failure: '502 from web' }
      : { dueMs, lagMs: 1, doneMs: dueMs + 10, version: `v${sign}` };
  });
const span = (pattern: string) => spanOf(visitors(pattern), 1000, 1000 + pattern.length * 20);

test('counts who was sent, served and failed, by reason', () => {
  const { tally } = span('11f1ff');
  expect(tally).toMatchObject({ sent: 6, served: 3, failed: { '502 from web': 3 } });
});

test('several in a row that are not served are down time, until the next one is', () => {
  expect(span('11fff11').downMs).toBe(60);
  expect(span('11ff1f1').downMs).toBe(0);
  expect(span('1fff1ffff').downMs).toBe(60 + 80);
});

test('recovered when everybody is served again and stays so', () => {
  expect(span('1111').recoveryMs).toBe(0);
  expect(span('ff11f1').recoveryMs).toBe(100);
  expect(span('11ff').recoveryMs).toBe(80);
});

test('both versions answer from the first of the new to the last of the old', () => {
  expect(mixedMs(span('111212122'), 'v1', 'v2')).toBe(60);
  expect(mixedMs(span('1122'), 'v1', 'v2')).toBe(0);
  expect(mixedMs(span('1111'), 'v1', 'v2')).toBe(0);
});
