import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLike } from '../../../../src/stack/parts/db/like.ts';

/** By definition, and in exponential time. */
const fits = (text: string, pattern: string): boolean => {
  const [sign] = pattern;
  if (sign === undefined) return text === '';
  const rest = pattern.slice(1);
  if (sign === '%') return fits(text, rest) || (text !== '' && fits(text.slice(1), pattern));
  if (text === '') return false;
  if (sign === '\\' && rest !== '') return text[0] === rest[0] && fits(text.slice(1), rest.slice(1));
  return (sign === '_' || sign === text[0]) && fits(text.slice(1), rest);
};

describe('LIKE', () => {
  it.each([
    ['version_comment', 'version%', true],
    ['version_comment', 'VERSION\\_comment', true],
    ['versionxcomment', 'version\\_comment', false],
    ['', '%', true],
    ['', '_', false],
    ['a\nb', 'a_b', true],
    ['100%', '%\\%', true],
    ['Ärger', 'är%', true],
  ])('%j LIKE %j is %s', (text, pattern, expected) => {
    expect(isLike(text, pattern)).toBe(expected);
  });

  it('is what its definition says', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    const signs = fc.array(fc.constantFrom('a', 'b', '%', '_', '\\%', '\\a'), { maxLength: 8 });
    fc.assert(
      fc.property(letters, signs, (text, pattern) => {
        expect(isLike(text, pattern.join(''))).toBe(fits(text, pattern.join('')));
      }),
    );
  });

  it('does not take ages, whatever the pattern', () => {
    expect(isLike('a'.repeat(1000), `${'%a'.repeat(200)}b`)).toBe(false);
  });
});
