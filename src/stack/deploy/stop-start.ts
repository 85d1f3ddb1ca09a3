import { appServers } from './app-servers.ts';
import type { Way } from './deployments.ts';

/** Everything is stopped, gets its new files and is started again: simple, and nobody is served meanwhile. */
export const stopStart: Way = async ({ fleet, site, inTurn }, { to }, { signal, tell }) =>
  inTurn(async () => {
    const apps = appServers(fleet);
    tell?.(`every application server stops, to come back with ${to}`);
    await Promise.all(apps.map(async app => app.allows('stop') && app.act('stop')));
    for (const { at } of apps) site.give(at.plan.server, to);
    signal?.throwIfAborted();
    await Promise.all(apps.map(app => app.act('start', signal)));
  });
