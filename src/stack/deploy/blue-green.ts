import { setTimeout as sleep } from 'node:timers/promises';
import { appServers } from './app-servers.ts';
import type { Way } from './deployments.ts';

/** Milliseconds for which the old servers stay after the switch: requests that were under way are answered. */
const drainMs = 500;

/** The new version starts beside the old one, and when it answers everybody is switched over at once. */
export const blueGreen: Way = async ({ fleet, site, inTurn }, { from, to }, { signal, tell }) =>
  inTurn(async () => {
    const blue = appServers(fleet);
    tell?.(`${to} starts beside the version that serves`);
    for (const { at } of blue) site.give(at.plan.server, to);
    const green = await fleet
      .twins(
        blue.map(({ at }) => at.plan.id),
        signal,
      )
      .then(async twins => {
        if (!signal?.aborted) return twins;
        await twins.discard();
        throw signal.reason;
      })
      .catch(error => {
        // The old processes still serve, with what they have read: nobody has to notice anything.
        for (const { at } of blue) site.give(at.plan.server, from);
        throw error;
      });
    tell?.(`everybody is switched over to ${to}`);
    await green.take();
    await sleep(drainMs);
    await green.retire();
  });
