import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppHop } from '../../browser/trace.ts';
import { processEntry } from '../../entries.ts';
import { LineTail } from '../line-tail.ts';
import type { Evidence, GeneratedFile, PartEngine, Placement } from '../part.ts';
import { socketPath } from '../socket-path.ts';
import type { AppPlace, AppSettings, TraceLine } from './contract.ts';
import { settingsText } from './settings.ts';

/** Small on purpose, so that a laptop can show what it means when it is used up: about 200 pages a second. */
export const capacity = { workers: 8, queue: 100, serviceMs: 40 };

const reloadDeadlineMs = 3000;
const pollMs = 10;

const settingsFile = (at: Placement): string => join(at.dir, 'app.json');
const placeFile = (at: Placement): string => join(at.dir, 'place.json');
const pidFile = (at: Placement): string => join(at.dir, 'app.pid');
const traceLog = (at: Placement): string => join(at.dir, 'trace.log');
const readableLog = (at: Placement): string => join(at.dir, 'app.log');

const settingsOf = ({ plan, accounts, peers }: Placement): AppSettings => ({
  ...capacity,
  workers: plan.workers ?? capacity.workers,
  databases: peers('db').map(({ here }) => here),
  ...accounts.web,
  database: accounts.database,
});

const placeOf = (at: Placement): AppPlace => ({
  listen: at.listen,
  ...withSocket(socketPath(at, 'app')),
  siteDir: at.siteDir,
  buildDir: join(at.dir, 'builds'),
  server: at.plan.server,
  traceLog: traceLog(at),
  log: readableLog(at),
  pidFile: pidFile(at),
});

const withSocket = (socket: string | undefined): Pick<AppPlace, 'socket'> => (socket ? { socket } : {});

const generated = (at: Placement): ReadonlyMap<string, GeneratedFile> =>
  // It holds a password.
  new Map([[settingsFile(at), { text: settingsText(settingsOf(at)), mode: 0o600 }]]);

/** The application server: a Node process that runs the site's application files. */
export const embeddedApp: PartEngine = {
  part: 'app',
  engine: 'embedded',
  label: `Node app server, ${capacity.workers} workers, ${capacity.serviceMs} ms of work a page`,
  prepare: async at => {
    await writeFile(placeFile(at), `${JSON.stringify(placeOf(at), undefined, 2)}\n`);
    for (const [path, file] of generated(at)) await writeMissing(path, file);
  },
  generated,
  launch: at => ({
    file: process.execPath,
    args: [processEntry('app'), settingsFile(at), placeFile(at)],
    tells: true,
  }),
  answers: async ({ listen }, signal) => {
    // Loaded when the part's own process is on its way: then the loading costs no time.
    const { httpStatus } = await import('../http-status.ts');
    return (await httpStatus(listen, '/health', signal)) === 200;
  },
  reloads: true,
  reload: async (at, _, signal) => {
    const written = async (): Promise<number> =>
      (await stat(pidFile(at)).catch(() => undefined))?.mtimeMs ?? 0;
    const before = await written();
    signal();
    const end = performance.now() + reloadDeadlineMs;
    while ((await written()) === before && performance.now() < end) await sleep(pollMs);
  },
  logs: at => [readableLog(at), join(at.dir, 'output.log')],
  evidence: at => createEvidence(traceLog(at)),
};

const writeMissing = async (path: string, { text, mode }: GeneratedFile): Promise<void> => {
  await writeFile(path, text, { flag: 'wx', ...(mode !== undefined && { mode }) }).catch(
    (problem: NodeJS.ErrnoException) => {
      if (problem.code !== 'EEXIST') throw problem;
    },
  );
};

const remembered = 1000;

const createEvidence = (file: string): Evidence => {
  const tail = new LineTail(file);
  const hops = new Map<string, AppHop>();
  let reading = Promise.resolve();

  const readOn = async (): Promise<void> => {
    for (const trace of (await tail.read()).flatMap(parseTrace)) hops.set(trace.request, appHop(trace));
    for (const id of hops.keys()) if (hops.size > remembered) hops.delete(id);
  };

  return {
    find: async id => {
      // One after the other: two reads at once would both move the tail's position.
      reading = reading.then(readOn);
      await reading;
      return hops.get(id);
    },
  };
};

/** None when the log was emptied in the middle of a line. */
const parseTrace = (line: string): TraceLine[] => {
  try {
    return [JSON.parse(line) as TraceLine];
  } catch {
    return [];
  }
};

const appHop = ({ request: _, queries, ...told }: TraceLine): AppHop => ({
  part: 'app',
  ...told,
  queries: queries.filter(({ answered }) => answered).length,
});
