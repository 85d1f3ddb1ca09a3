import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppHop } from '../../browser/trace.ts';
import { processEntry } from '../../entries.ts';
import { LineTail } from '../line-tail.ts';
import type { Evidence, PartEngine, Placement } from '../part.ts';
import { socketPath } from '../socket-path.ts';
import type { AppConfig, TraceLine } from './contract.ts';

/** Small on purpose, so that a laptop can show what it means when it is used up: about 200 pages a second. */
export const capacity = { workers: 8, queue: 100, serviceMs: 40 };

const configFile = (at: Placement): string => join(at.dir, 'app.json');
const traceLog = (at: Placement): string => join(at.dir, 'trace.log');
const readableLog = (at: Placement): string => join(at.dir, 'app.log');

const appConfig = (at: Placement): AppConfig => ({
  ...capacity,
  listen: at.listen,
  ...withSocket(socketPath(at, 'app')),
  siteDir: at.siteDir,
  buildDir: join(at.dir, 'builds'),
  server: at.plan.server,
  db: { ...at.peer('db'), ...at.accounts.web, database: at.accounts.database },
  traceLog: traceLog(at),
  log: readableLog(at),
});

const withSocket = (socket: string | undefined): Pick<AppConfig, 'socket'> => (socket ? { socket } : {});

/** The application server: a Node process that runs the site's application files. */
export const embeddedApp: PartEngine = {
  part: 'app',
  engine: 'embedded',
  label: `Node app server, ${capacity.workers} workers, ${capacity.serviceMs} ms of work a page`,
  // It holds a password.
  prepare: at =>
    writeFile(configFile(at), `${JSON.stringify(appConfig(at), undefined, 2)}\n`, { mode: 0o600 }),
  launch: at => ({ file: process.execPath, args: [processEntry('app'), configFile(at)], tells: true }),
  answers: async ({ listen }, signal) => {
    // Loaded when the part's own process is on its way: then the loading costs no time.
    const { httpStatus } = await import('../http-status.ts');
    return (await httpStatus(listen, '/health', signal)) === 200;
  },
  reloads: true,
  logs: at => [readableLog(at), join(at.dir, 'output.log')],
  evidence: at => createEvidence(traceLog(at)),
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
