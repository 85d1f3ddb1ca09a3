import { expect, it } from 'vitest';
import { gainOf } from '../../src/quiz/gain.ts';
import type { Attempt } from '../../src/quiz/question-state.ts';

const attempt = (right: boolean): Attempt => ({ answer: { kind: 'choice', option: 'x' }, right });
const yes = attempt(true);
const no = attempt(false);

it.each([
  [
    'half of what was missing',
    [no, null, yes],
    [[yes], [no, yes], [yes]],
    { before: 1, after: 2, gain: 0.5 },
  ],
  ['all of it', [no, no, null], [[yes], [yes], [yes]], { before: 0, after: 3, gain: 1 }],
  ['nothing', [no, yes, no], [[no, yes], [yes], [no]], { before: 1, after: 1, gain: 0 }],
  ['less than before', [yes, yes, no], [[yes], [no], [no]], { before: 2, after: 1, gain: -1 }],
  [
    'nothing where nothing was missing',
    [yes, yes, yes],
    [[yes], [yes], [no]],
    { before: 3, after: 2, gain: null },
  ],
] as const)('a gain of %s', (_, pretest, answers, expected) => {
  const named = <T>(all: readonly T[]) => Object.fromEntries(all.map((one, index) => [`q${index}`, one]));
  expect(gainOf(named(pretest), named<readonly Attempt[]>(answers))).toEqual({ asked: 3, ...expected });
});

it('compares only what both have asked', () => {
  expect(gainOf({ gone: no, kept: no }, { kept: [yes], other: [yes] })).toEqual({
    asked: 1,
    before: 0,
    after: 1,
    gain: 1,
  });
  expect(gainOf({ gone: no }, { kept: [yes] })).toBeUndefined();
  expect(gainOf({}, { kept: [yes] })).toBeUndefined();
});
