import { createConnection } from 'node:net';
import type { Endpoint } from '../../address-book.ts';

/** Reads the greeting: a server that is stopped or hangs is connected to as well, but says nothing. */
export const greets = ({ host, port }: Endpoint, signal: AbortSignal): Promise<boolean> =>
  new Promise(resolve => {
    const socket = createConnection({ host, port });
    const done = (answer: boolean) => {
      signal.removeEventListener('abort', aborted);
      socket.destroy();
      resolve(answer);
    };
    const aborted = () => done(false);
    if (signal.aborted) return done(false);
    signal.addEventListener('abort', aborted);
    socket.on('error', () => done(false));
    socket.on('close', () => done(false));
    // Behind the header of 4 bytes stands the version of the protocol, which is 10.
    socket.on('data', chunk => {
      if (chunk.length > 4) done(chunk[4] === 10);
    });
  });
