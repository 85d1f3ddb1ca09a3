import { setTimeout as sleep } from 'node:timers/promises';
import { StackError } from '../stack.ts';
import { appServers } from './app-servers.ts';
import type { Way } from './deployments.ts';

/**
 * Milliseconds between two servers: those in front try a server that was away again after a while, and until then
 * the next one must not be away as well.
 */
const settleMs = 1500;

/** One server after the other, while the others serve. */
export const rolling: Way = async ({ fleet, give, inTurn }, { to }, { signal, tell }) => {
  const apps = appServers(fleet);
  const running = apps.filter(({ state }) => state === 'running');
  if (running.length < 2)
    throw new StackError(
      `rolling needs a second application server that serves meanwhile; ${running.length === 1 ? 'only one runs' : 'none runs'}`,
    );
  for (const [index, app] of apps.entries()) {
    if (index > 0) await sleep(settleMs, undefined, signal ? { signal } : {});
    const { id, server } = app.at.plan;
    tell?.(`${id} gets ${to}, ${index + 1} of ${apps.length}`);
    await inTurn(async () => {
      give(server, to);
      await app.act('restart', signal);
    });
  }
};
