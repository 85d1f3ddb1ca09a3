import { randomFillSync } from 'node:crypto';

const length = 32;
const pool = Buffer.alloc(256 * (length / 2));
let digits = '';

/** 32 hexadecimal digits, drawn in bulk: one draw for each request would take longer than the rest of its start. */
export const requestId = (): string => {
  if (digits === '') digits = randomFillSync(pool).toString('hex');
  const id = digits.slice(0, length);
  digits = digits.slice(length);
  return id;
};
