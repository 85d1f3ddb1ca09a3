import { describe, expect, test } from 'vitest';
import { judge } from '../../src/lab/judge.ts';
import { complete, parseLab } from '../../src/lab/language.ts';
import { StackError } from '../../src/stack/stack.ts';
import { fakeStack, topology } from './fake-stack.ts';

const commandOf = (text: string) => {
  const { lines, problems } = parseLab(text);
  if (!lines[0]) throw new Error(problems[0]?.message);
  return lines[0].command;
};

/** What the stack was asked, and what that led to. */
const run = async (text: string, stack = fakeStack()) => {
  const observed = await commandOf(text).run(stack, new AbortController().signal);
  return { asked: stack.asked, summary: judge(undefined, observed).observed };
};

describe('certificate', () => {
  test.each([
    ['certificate expired', { kind: 'expired' }, 'a certificate for www.foobar.com: expired'],
    ['certificate valid', { kind: 'valid' }, 'a certificate for www.foobar.com: valid'],
    [
      'certificate unknown-authority Foobar.com *.foobar.com',
      { kind: 'unknown-authority', names: ['foobar.com', '*.foobar.com'] },
      'a certificate for foobar.com, *.foobar.com: unknown-authority',
    ],
  ])('%s', async (text, wish, words) => {
    const { asked, summary } = await run(text);
    expect(asked).toEqual([['certify', wish]]);
    expect(summary).toContain(`the web server has ${words}, `);
  });

  test.each([
    ['certificate', 'which kind? one of valid, expired, not-yet-valid, self-signed, unknown-authority'],
    ['certificate good', '"good" is not a kind; one of valid, expired'],
    ['certificate valid *', '"*" is no name for a certificate'],
    ['certificate valid a..b', '"a..b" is no name for a certificate'],
    ['certificate valid www.*.com', '"www.*.com" is no name for a certificate'],
    ['certificate valid "a b"', '"a b" is no name for a certificate'],
    [`certificate valid ${'a'.repeat(61)}.com`, 'is no name for a certificate'],
  ])('%s is a problem', (text, problem) => {
    expect(parseLab(text).problems[0]?.message).toContain(problem);
  });

  test('is observed as an error where the stack cannot do it', async () => {
    const stack = fakeStack({ certify: () => Promise.reject(new StackError('nothing here speaks TLS')) });
    expect((await run('certificate valid', stack)).summary).toBe('nothing here speaks TLS');
  });

  test('has no line for real tools', () => {
    expect(commandOf('certificate valid').tool?.(fakeStack())).toBeUndefined();
  });
});

describe('redirect', () => {
  test.each([
    ['redirect on', true, 'http:// is sent on to https://'],
    ['redirect off', false, 'http:// is answered itself again'],
  ])('%s', async (text, on, words) => {
    const { asked, summary } = await run(text);
    expect(asked).toEqual([['redirect', on]]);
    expect(summary).toContain(words);
  });

  test.each([
    ['redirect', 'on or off?'],
    ['redirect maybe', 'on or off?'],
    ['redirect on off', 'nothing stands behind it, but there is "off"'],
  ])('%s is a problem', (text, problem) => {
    expect(parseLab(text).problems[0]?.message).toContain(problem);
  });
});

test('both are completed', () => {
  expect(complete('certificate s', topology)).toEqual(['certificate self-signed']);
  expect(complete('certificate valid www.foobar.com ', topology)).toEqual([
    'certificate valid www.foobar.com foobar.com',
    'certificate valid www.foobar.com *.foobar.com',
  ]);
  expect(complete('redirect o', topology)).toEqual(['redirect on', 'redirect off']);
  expect(complete('redirect on ', topology)).toEqual([]);
});
