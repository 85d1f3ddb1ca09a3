import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createBuilds } from './builds.ts';
import type { AppConfig } from './contract.ts';
import { type Asked, createDatabase } from './database.ts';
import { createLog } from './log.ts';
import { createAppServer } from './server.ts';
import { removeStaleSocket } from './stale-socket.ts';
import { createWork, type Running } from './work.ts';

/** How long requests may finish their work when the server is told to end. */
const graceMs = 1000;

export interface App {
  close(): Promise<void>;
  /** Loads the application files anew and forgets what the old ones kept in memory; the port stays open. */
  reload(): Promise<void>;
}

/** Starts the application server. Throws SiteError when the application files cannot be run. */
export const startApp = async (config: AppConfig): Promise<App> => {
  const asked = new AsyncLocalStorage<Asked>();
  const log = createLog(config.log, config.traceLog);
  const db = createDatabase(config, asked);
  const build = createBuilds(config.siteDir, config.buildDir);

  const load = async (what: 'loaded' | 'reloaded'): Promise<Running> => {
    const { default: site, version, dir } = await build();
    const handler = site({ db, server: config.server });
    log.write(`${what}, version ${version}, ${config.workers} workers`);
    return { handler, version, dir };
  };
  let current = load('loaded');

  const work = createWork({ config, asked, site: () => current });
  const servers: Server[] = [];
  const open = async (place: AppConfig['listen']): Promise<void> => {
    if ('path' in place) await removeStaleSocket(place.path);
    const server = createAppServer({ config, log, work });
    await once(server.listen(place), 'listening');
    servers.push(server);
  };
  const besides = async ({ socket }: AppConfig): Promise<void> => {
    if (socket === undefined) return;
    // Its port is what it cannot do without.
    await open({ path: socket }).catch(error => log.write(`no socket ${socket}: ${error.message}`));
  };
  // The port last: who finds it open finds the socket, too.
  await Promise.all([current, besides(config).then(() => open(config.listen))]);

  return {
    reload: () => {
      const old = current;
      current = old
        .then(() => load('reloaded'))
        .catch(error => {
          log.write(`reload failed, the old code goes on: ${error.message}`);
          return old;
        });
      return current.then(() => {});
    },
    close: async () => {
      const closed = servers.map(server => new Promise(resolve => server.close(resolve)));
      const timer = setTimeout(() => {
        for (const server of servers) server.closeAllConnections();
      }, graceMs);
      await Promise.all(closed);
      clearTimeout(timer);
    },
  };
};
