import { request } from 'node:http';
import type { Placement } from '../part.ts';
import { readyPath } from './nginx-conf.ts';

/**
 * Whether an HTTP answer comes, whatever it says: a process that hangs still accepts connections. Nothing is
 * written to the access log for it.
 */
export const webAnswers = ({ listen }: Placement, signal: AbortSignal): Promise<boolean> =>
  new Promise(resolve => {
    const probe = request({ ...listen, path: readyPath, agent: false, signal }, response => {
      response.resume();
      resolve(true);
    });
    probe.on('error', () => resolve(false));
    probe.end();
  });
