import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint } from '../address-book.ts';
import type { Fleet } from '../fleet.ts';
import { StackError } from '../stack.ts';
import { siteHost, siteIp } from '../topology.ts';

const patienceMs = 15_000;
const answerMs = 2000;
const pollMs = 20;

/**
 * Resolves when visitors reach each of these application servers again: it has answered through whoever stands in
 * front. A server that answers when it is asked itself may still be passed over there for a while.
 */
export const untilServing = async (
  { book }: Fleet,
  servers: readonly string[],
  signal?: AbortSignal,
): Promise<void> => {
  const front = book.dial(siteIp, 80);
  const missing = new Set(servers.map(server => `app@${server}`));
  const end = performance.now() + patienceMs;
  while (front && missing.size > 0) {
    signal?.throwIfAborted();
    if (performance.now() > end)
      throw new StackError(`${[...missing].join(' and ')} did not get any visitors again`);
    const by = await servedBy(front.here);
    if (!by || !missing.delete(by)) await sleep(pollMs);
  }
};

const servedBy = ({ host, port }: Endpoint): Promise<string | undefined> =>
  new Promise(resolve => {
    const asked = request(
      { host, port, path: '/health', agent: false, timeout: answerMs, headers: { Host: siteHost } },
      response => {
        response.resume();
        const by = response.headers['x-served-by'];
        resolve(response.statusCode === 200 && typeof by === 'string' ? by : undefined);
      },
    );
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(undefined));
    asked.end();
  });
