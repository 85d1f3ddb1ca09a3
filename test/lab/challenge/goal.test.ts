import { describe, expect, test } from 'vitest';
import { parseGoal } from '../../../src/lab/challenge/goal.ts';

const comparison = (measure: string, operator: string, value: number) =>
  expect.objectContaining({ measure, operator, value });

describe('what a challenge may ask', () => {
  test('that nothing which is killed takes the site down', () => {
    expect(parseGoal('survive any part', 1)).toEqual({ kind: 'survive' });
  });

  test('that so many are served so fast', () => {
    expect(parseGoal('serve 300/s with p99 < 250ms, failed = 0', 1)).toEqual({
      kind: 'serve',
      ratePerS: 300,
      comparisons: [comparison('p99', '<', 250), comparison('failed', '=', 0)],
    });
  });

  test.each(['deploy v2 with 0 failed at 50/s', 'deploy v2 with failed = 0 at 50/s'])('%s', text => {
    expect(parseGoal(text, 1)).toEqual({
      kind: 'deploy',
      version: 'v2',
      ratePerS: 50,
      comparisons: [comparison('failed', '=', 0)],
    });
  });

  test('https, and any command with its expectation, in the line where it stands', () => {
    expect(parseGoal('answer https', 7)).toMatchObject({
      kind: 'line',
      line: { line: 7, command: { name: 'request' }, expectation: { kind: 'ok' } },
    });
    expect(parseGoal('resolve www.foobar.com => 8.8.8.8', 3)).toMatchObject({
      kind: 'line',
      line: { line: 3, expectation: { kind: 'address', address: '8.8.8.8' } },
    });
  });

  test.each([
    ['survive everything', /"survive everything" is no goal/],
    ['deploy v7 with 0 failed at 50/s', /"v7" is no version/],
    ['serve 300/s with ok', /compares nothing/],
    ['request /guestbook', /says nothing of what is expected/],
    ['request /guestbook => ?', /says nothing of what is expected/],
  ])('%s is refused', (text, problem) => {
    expect(parseGoal(text, 1)).toEqual({ problem: expect.stringMatching(problem) });
  });
});
