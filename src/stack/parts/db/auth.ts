import { createHash, timingSafeEqual } from 'node:crypto';

export type AuthPlugin = 'mysql_native_password' | 'caching_sha2_password';

export const isAuthPlugin = (name: string): name is AuthPlugin =>
  name === 'mysql_native_password' || name === 'caching_sha2_password';

const hash = (algorithm: string, ...parts: Uint8Array[]): Buffer =>
  parts.reduce((sum, part) => sum.update(part), createHash(algorithm)).digest();

const xor = (a: Buffer, b: Buffer): Buffer => Buffer.from(a.map((byte, i) => byte ^ (b[i] ?? 0)));

/**
 * What a client that knows the password answers to the 20 random bytes of the server.
 * mysql_native_password: SHA1(p) xor SHA1(seed + SHA1(SHA1(p)));
 * caching_sha2_password, fast path: SHA256(p) xor SHA256(SHA256(SHA256(p)) + seed).
 */
export const scramble = (plugin: AuthPlugin, password: string, seed: Buffer): Buffer => {
  if (password === '') return Buffer.alloc(0);
  const bytes = Buffer.from(password);
  if (plugin === 'mysql_native_password') {
    const once = hash('sha1', bytes);
    return xor(once, hash('sha1', seed, hash('sha1', once)));
  }
  const once = hash('sha256', bytes);
  return xor(once, hash('sha256', hash('sha256', once), seed));
};

export const verify = (plugin: AuthPlugin, password: string, seed: Buffer, answer: Buffer): boolean => {
  const expected = scramble(plugin, password, seed);
  // An empty password is answered by nothing, or by one NUL byte.
  const given = answer.length === 1 && answer[0] === 0 ? Buffer.alloc(0) : answer;
  return given.length === expected.length && timingSafeEqual(given, expected);
};
