// Passwords are kept as scrypt$SALT$HASH: slow to compute, so that a stolen table is slow to guess.
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(scrypt);
const length = 32;

/** @public makes the hashes in schema.sql */
export const hashPassword = async password => {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, length);
  return `scrypt$${salt.toString('base64url')}$${hash.toString('base64url')}`;
};

// For names that nobody has, a hash that no password has: the answer takes as long as for a wrong password,
// so it gives no name away.
const nobody = `scrypt$${'A'.repeat(22)}$${'A'.repeat(43)}`;

export const isPassword = async (password, stored = nobody) => {
  const [, salt, hash] = stored.split('$');
  const expected = Buffer.from(hash, 'base64url');
  const given = await derive(password, Buffer.from(salt, 'base64url'), expected.length);
  return timingSafeEqual(given, expected);
};
