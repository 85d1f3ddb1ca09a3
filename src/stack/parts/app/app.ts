import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { createBuilds } from './builds.ts';
import type { AppPlace, AppSettings } from './contract.ts';
import { type Asked, createDatabase } from './database.ts';
import { createLog } from './log.ts';
import { createAppServer } from './server.ts';
import { removeStaleSocket } from './stale-socket.ts';
import { createWork, type Running } from './work.ts';
import { createWorkers } from './workers.ts';

/** How long requests may finish their work when the server is told to end; who told it waits a little longer. */
const graceMs = 2500;

export interface App {
  close(): Promise<void>;
  /** Reads configuration and application files anew and forgets what the old ones kept in memory; the port stays open. */
  reload(): Promise<void>;
}

/**
 * Starts the application server. Throws SettingsError, or SiteError when the application files cannot be run; a
 * reload that meets one of them is refused, and says so in the log.
 */
export const startApp = async (place: AppPlace, readSettings: () => Promise<AppSettings>): Promise<App> => {
  let settings = await readSettings();
  const asked = new AsyncLocalStorage<Asked>();
  const log = createLog(place.log, place.traceLog);
  const db = createDatabase(settings, asked);
  const workers = createWorkers(settings.workers, settings.queue);
  const build = createBuilds(place.siteDir, place.buildDir);

  let version = '';
  const load = async (what: 'loaded' | 'reloaded'): Promise<Running> => {
    const site = await build();
    const handler = site.default({ db, server: place.server });
    version = site.version;
    log.write(`${what}, version ${version}, ${settings.workers} workers`);
    return { handler, version, dir: site.dir };
  };
  let current = load('loaded');

  const work = createWork({ workers, serviceMs: () => settings.serviceMs, asked, site: () => current });
  const servers: Server[] = [];
  let ending = false;
  const open = async (where: AppPlace['listen']): Promise<void> => {
    if ('path' in where) await removeStaleSocket(where.path);
    const server = createAppServer({
      server: place.server,
      log,
      work,
      version: () => version,
      ending: () => ending,
    });
    await once(server.listen(where), 'listening');
    servers.push(server);
  };
  const besides = async ({ socket }: AppPlace): Promise<void> => {
    if (socket === undefined) return;
    // Its port is what it cannot do without.
    await open({ path: socket }).catch(error => log.write(`no socket ${socket}: ${error.message}`));
  };
  // The port last: who finds it open finds the socket, too.
  await Promise.all([current, besides(place).then(() => open(place.listen))]);
  writeFileSync(place.pidFile, `${process.pid}\n`);

  const configure = async (): Promise<void> => {
    settings = await readSettings();
    workers.resize(settings.workers, settings.queue);
    db.use(settings);
  };

  return {
    reload: async () => {
      const old = current;
      const refused = (what: string) => (error: Error) =>
        log.write(`reload failed, the old ${what} goes on: ${error.message}`);
      current = old.then(async () => {
        await configure().catch(refused('configuration'));
        return load('reloaded').catch(error => {
          refused('code')(error);
          return old;
        });
      });
      await current;
      // Whoever asked for the reload sees by the file's time that it is over.
      writeFileSync(place.pidFile, `${process.pid}\n`);
    },
    close: async () => {
      ending = true;
      // Who has connected by now is still served.
      await turn();
      // Closes what is idle; the answers under way say that they are the last of their connection.
      const closed = servers.map(server => new Promise(resolve => server.close(resolve)));
      const timer = setTimeout(() => {
        for (const server of servers) server.closeAllConnections();
      }, graceMs);
      await Promise.all(closed);
      clearTimeout(timer);
    },
  };
};
