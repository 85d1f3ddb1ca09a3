import { StackError } from '../stack.ts';
import { appServers, servingOf } from './app-servers.ts';
import type { Way } from './deployments.ts';
import { untilServing } from './serving.ts';

/** One server after the other, while the others serve. */
export const rolling: Way = async ({ fleet, site, inTurn }, { to }, { signal, tell }) => {
  const serving = servingOf(fleet);
  if (serving.length < 2)
    throw new StackError(
      `rolling needs a second application server that serves meanwhile; ${serving.length === 1 ? 'only one runs' : 'none runs'}`,
    );
  const apps = appServers(fleet);
  for (const [index, app] of apps.entries()) {
    // Before one goes, all of those that stay must be in use.
    await untilServing(fleet, serving, signal);
    const { id, server } = app.at.plan;
    tell?.(`${id} gets ${to}, ${index + 1} of ${apps.length}`);
    await inTurn(async () => {
      site.give(server, to);
      await app.act('restart', signal);
    });
  }
};
