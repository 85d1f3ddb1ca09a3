/** Failover processes of a topology, as the stack starts them, with a tutor that rewires the plan. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AddressBook, type Endpoint } from '../../../../src/stack/address-book.ts';
import type { Talk } from '../../../../src/stack/guarded-process.ts';
import { failoverEngine, hearFailover, tellFailover } from '../../../../src/stack/parts/failover/engine.ts';
import type { FailoverReport } from '../../../../src/stack/parts/failover/protocol.ts';
import type { Placement } from '../../../../src/stack/parts/part.ts';
import { placementOf } from '../../../../src/stack/placements.ts';
import { freePorts, loopback } from '../../../../src/stack/ports.ts';
import { type PartId, partsOf, type Topology } from '../../../../src/stack/topology.ts';
import { type Change, changeTopology } from '../../../../src/stack/topology-changes.ts';
import { until } from '../../../until.ts';

export interface Scene extends AsyncDisposable {
  readonly topology: Topology;
  here(id: PartId): Endpoint;
  at(id: PartId): Placement;
  /** Starts any program, which ends with the scene. */
  run(name: string, file: string, args: string[]): ChildProcess;
  /** Starts a failover process and waits until it answers. */
  start(id: PartId): Promise<void>;
  /** Of a program by its name, or of a failover process by its id. */
  kill(name: string, signal?: NodeJS.Signals): Promise<void>;
  signal(name: string, signal: NodeJS.Signals): void;
  child(name: string): ChildProcess;
  log(id: PartId): Promise<string>;
  logged(id: PartId, text: string): Promise<void>;
  /** What it says to whoever connects. */
  said(id: PartId): Promise<Record<string, unknown>>;
  /** Everything that was reported, with whom. */
  readonly reports: { by: PartId; report: FailoverReport }[];
  /** Makes the change, and says the plan to everybody. */
  change(change: Change): void;
}

interface Options {
  /** Does what is reported, as the tutor would; without it nobody ever answers. */
  obedient?: boolean;
  /** Where parts are that the scene does not start. */
  places?: Partial<Record<PartId, Endpoint>>;
}

const changeFor = (report: FailoverReport): Change =>
  report.type === 'claim'
    ? { type: 'take-over', server: report.balancer }
    : { type: 'promote', server: report.server };

export const createScene = async (
  first: Topology,
  { obedient = true, places = {} }: Options = {},
): Promise<Scene> => {
  const runDir = await mkdtemp(join(tmpdir(), 'failover-'));
  const book = new AddressBook();
  const plans = partsOf(first);
  const ports = await freePorts(plans.length);
  for (const [index, { id }] of plans.entries())
    book.settle(id, places[id] ?? { host: loopback, port: ports[index] as number });
  let topology = first;
  const accounts = {
    database: 'foobar',
    web: { user: 'web', password: 'w' },
    admin: { user: 'admin', password: 'a' },
    replication: { user: 'replication', password: 'r' },
  };
  const at = (id: PartId): Placement => placementOf(id, { runDir, accounts, book, planned: () => topology });
  const children = new Map<string, ChildProcess>();
  const talks = new Map<PartId, Talk>();
  const reports: Scene['reports'] = [];

  const change = (wanted: Change): void => {
    const { topology: next } = changeTopology(topology, wanted);
    if (!next) return;
    topology = next;
    for (const [id, talk] of talks) tellFailover(talk, at(id));
  };
  const gone = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;
  const childOf = (name: string): ChildProcess => {
    const child = children.get(name);
    if (!child) throw new Error(`${name} was not started`);
    return child;
  };
  const kill = async (name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
    const child = childOf(name);
    child.kill(signal);
    await until(() => gone(child));
  };
  const keep = (name: string, child: ChildProcess): ChildProcess => {
    children.set(name, child);
    return child;
  };
  const log = (id: PartId): Promise<string> =>
    readFile(join(at(id).dir, 'failover.log'), 'utf8').catch(() => '');

  return {
    get topology() {
      return topology;
    },
    reports,
    at,
    here: id => book.here(id),
    run: (name, file, args) => keep(name, spawn(file, args, { stdio: ['pipe', 'ignore', 'inherit'] })),
    start: async id => {
      const place = at(id);
      await mkdir(place.dir, { recursive: true });
      await failoverEngine.prepare(place);
      const { file, args } = failoverEngine.launch(place);
      const child = keep(
        id,
        spawn(file, args, { cwd: place.dir, stdio: ['pipe', 'ignore', 'inherit', 'ipc'] }),
      );
      const talk: Talk = {
        say: message => {
          if (child.connected) child.send(message, () => {});
        },
        hear: listener => child.on('message', listener),
        ended: new Promise(resolve => child.once('disconnect', resolve)),
        hold: () => {},
      };
      talks.set(id, talk);
      hearFailover(talk, report => {
        reports.push({ by: id, report });
        if (obedient) change(changeFor(report));
      });
      await until(() => {
        if (gone(child)) throw new Error(`${id} has ended`);
        return failoverEngine.answers(place, AbortSignal.timeout(1000));
      });
    },
    kill,
    signal: (name, signal) => childOf(name).kill(signal),
    child: childOf,
    log,
    logged: async (id, text) => {
      await until(async () => (await log(id)).includes(text)).catch(async () => {
        throw new Error(`${id} has not written "${text}", but:\n${await log(id)}`);
      });
    },
    said: id =>
      new Promise((resolve, reject) => {
        const socket = createConnection(book.here(id));
        socket.setEncoding('utf8');
        socket.once('data', text => {
          socket.destroy();
          resolve(JSON.parse(String(text).split('\n')[0] ?? ''));
        });
        socket.once('error', reject);
      }),
    change,
    [Symbol.asyncDispose]: async () => {
      for (const child of children.values()) {
        child.kill('SIGKILL');
        await until(() => gone(child));
      }
      await rm(runDir, { recursive: true, force: true });
    },
  };
};
