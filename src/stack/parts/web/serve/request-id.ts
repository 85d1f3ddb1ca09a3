import { randomFillSync } from 'node:crypto';

const bytes = 16;
const pool = Buffer.alloc(bytes * 256);
let at = pool.length;

/** 32 hexadecimal digits, drawn in bulk: one draw for each request would take longer than the rest of its start. */
export const requestId = (): string => {
  if (at >= pool.length) {
    randomFillSync(pool);
    at = 0;
  }
  at += bytes;
  return pool.toString('hex', at - bytes, at);
};
