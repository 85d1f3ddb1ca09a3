import { request } from 'node:http';
import type { Endpoint } from '../address-book.ts';

/** Status of one GET on a connection of its own; `undefined` when no HTTP answer comes. For readiness. */
export const httpStatus = (
  endpoint: Endpoint,
  path: string,
  signal: AbortSignal,
): Promise<number | undefined> =>
  new Promise(resolve => {
    const asked = request({ ...endpoint, path, agent: false, signal }, response => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('error', () => resolve(undefined));
    asked.end();
  });
