import { isIP } from 'node:net';

/**
 * Address to listen on or to connect to; undefined for a name that only DNS could know: the stack asks no
 * real resolver. `*` and its like become the loopback, because nothing here may be reached from outside.
 */
export const loopback = (host: string): string | undefined => {
  if (host === '*' || host === '0.0.0.0' || host.toLowerCase() === 'localhost') return '127.0.0.1';
  if (host === '[::]') return '::1';
  const bare = /^\[(.*)\]$/.exec(host)?.[1] ?? host;
  return isIP(bare) ? bare : undefined;
};

export const isLoopback = (address: string): boolean => /^127\.|^::1$/.test(address);
