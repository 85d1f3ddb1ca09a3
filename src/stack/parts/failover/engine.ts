import { writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { processEntry } from '../../entries.ts';
import type { Talk } from '../../guarded-process.ts';
import { StackError } from '../../stack.ts';
import type { PartEngine, Placement } from '../part.ts';
import { readyPath } from '../web/conf-files/pieces.ts';
import { type FailoverConfig, type FailoverPlan, type FailoverReport, readReport } from './protocol.ts';

const configFile = (at: Placement): string => join(at.dir, 'failover.json');
const logFile = (at: Placement): string => join(at.dir, 'failover.log');

/** What the process in this place has to know of the plan that holds now. Throws StackError when it has nothing to do. */
export const failoverPlan = (at: Placement): FailoverPlan => {
  const [balancer] = at.peers('balancer');
  const [other] = at.peers('failover');
  if (balancer && other)
    return {
      job: 'address',
      server: at.plan.server,
      holder: balancer.plan.open ? at.plan.server : other.plan.server,
      balancer: { ...balancer.here, path: readyPath },
      other: { server: other.plan.server, here: other.here },
    };
  const databases = at.peers('db');
  if (databases.length === 0) throw new StackError(`${at.plan.id} has nothing to watch`);
  return {
    job: 'database',
    databases: databases.map(({ plan: { server, source }, here }) => ({
      server,
      here,
      primary: source === undefined,
    })),
    ...at.accounts.admin,
  };
};

/** Tells a running process the plan that holds now; what has not changed changes nothing. */
export const tellFailover = (talk: Talk, at: Placement): void =>
  talk.say({ type: 'plan', plan: failoverPlan(at) });

/** Hears what a running process decides. What cannot be understood is passed over. */
export const hearFailover = (talk: Talk, listener: (report: FailoverReport) => void): void =>
  talk.hear(message => {
    let report: FailoverReport;
    try {
      report = readReport(message);
    } catch {
      return;
    }
    listener(report);
  });

/** Takes over the site's address between two balancers, or promotes a replica of the database. */
export const failoverEngine: PartEngine = {
  part: 'failover',
  engine: 'embedded',
  label: 'Node process, 3 missed heartbeats of 100 ms',
  prepare: at => {
    const config: FailoverConfig = { listen: at.listen, log: logFile(at), plan: failoverPlan(at) };
    // It may hold a password.
    return writeFile(configFile(at), `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 });
  },
  launch: at => ({
    file: process.execPath,
    args: [processEntry('failover'), configFile(at)],
    tells: true,
    talks: true,
  }),
  answers: ({ listen: { host, port } }, signal) =>
    new Promise(resolve => {
      // Whoever connects is told how it sees things.
      const socket = createConnection({ host, port });
      const end = (answer: boolean): void => {
        signal.removeEventListener('abort', aborted);
        socket.destroy();
        resolve(answer);
      };
      const aborted = (): void => end(false);
      if (signal.aborted) return end(false);
      signal.addEventListener('abort', aborted);
      socket.once('data', () => end(true));
      socket.once('error', () => end(false));
      socket.once('close', () => end(false));
    }),
  reloads: false,
  logs: at => [logFile(at), join(at.dir, 'output.log')],
};
