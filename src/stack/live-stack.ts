import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { createBrowser, type Witness } from './browser/browser.ts';
import { createDatabase } from './database.ts';
import type { Deployments } from './deploy/deployments.ts';
import type { SiteVersion } from './deploy/order.ts';
import { createDistances } from './distances.ts';
import { editableFiles, editFile } from './editable.ts';
import { siteFolder } from './entries.ts';
import type { ArrangeOptions, Fleet } from './fleet.ts';
import type { Guard } from './guard.ts';
import { schemaStatements } from './parts/db/schema.ts';
import { hearFailover, tellFailover } from './parts/failover/engine.ts';
import type { FailoverReport } from './parts/failover/protocol.ts';
import type { Accounts, Evidence, Placement } from './parts/part.ts';
import { lazyProxy } from './proxy/lazy.ts';
import { repeated } from './repeated.ts';
import type { Runner } from './runner.ts';
import { siteFiles } from './site-files.ts';
import { type Action, type Stack, StackError, type StackEvent } from './stack.ts';
import type { Secured, Security } from './tls/security.ts';
import {
  type PartId,
  type PartName,
  partById,
  partsByTarget,
  primaryOf,
  type Topology,
  type TopologyName,
  targetsOf,
} from './topology.ts';
import { type Change, changeTopology, topologyByName } from './topology-changes.ts';
import { createTraffic } from './traffic/traffic.ts';
import { createWorld } from './world.ts';

interface LiveParts {
  runDir: string;
  guard: Guard;
  fleet: Fleet;
  accounts: Accounts;
  listeners: Set<(event: StackEvent) => void>;
  emit: (event: StackEvent) => void;
  site: SiteVersion;
}

/** Starting goes from the inside out, stopping from the outside in, so that no part meets a missing one. */
const startOrder = ['dns', 'db', 'failover', 'app', 'web', 'cache', 'balancer', 'cdn'];

export const createLiveStack = async (live: LiveParts): Promise<Stack> => {
  const { runDir, guard, fleet, accounts, listeners, emit, site } = live;
  const { book } = fleet;
  const beginning = fleet.topology.name;
  const byTarget = (target: string): Runner[] => {
    const found = partsByTarget(fleet.topology, target).map(({ id }) => fleet.runnerOf(id));
    if (found.length > 0) return found;
    throw new StackError(
      `"${target}" is not in this stack; there are ${targetsOf(fleet.topology).join(', ')}`,
    );
  };
  const primary = (): Runner => {
    const plan = primaryOf(fleet.topology);
    if (!plan) throw new StackError('this stack has no database that takes writes');
    return fleet.runnerOf(plan.id);
  };

  const databaseOn = (server: string | undefined): Runner => {
    if (server === undefined) return primary();
    const found = byTarget(server).find(({ at }) => at.plan.part === 'db');
    if (!found) throw new StackError(`there is no database on ${server}`);
    return found;
  };

  const database = createDatabase(() => primary().at);
  /** Each begins to read where the log of its part was empty. */
  let evidence = new WeakMap<Placement, Evidence | undefined>();
  const witnesses = (): Witness[] =>
    fleet.runners.flatMap(({ at, engine }) => {
      if (!evidence.has(at)) evidence.set(at, engine.evidence?.(at));
      const found = evidence.get(at);
      return found ? [{ plan: at.plan, evidence: found }] : [];
    });
  const resolvers = () =>
    book
      .entries()
      .flatMap(({ plan: { part, open, address }, here }) =>
        part === 'dns' && open ? [{ story: address, here }] : [],
      );
  const proxy = lazyProxy({ book, resolvers, secure: () => secure() });
  const browser = createBrowser({
    book,
    resolvers,
    authority: async () => (await secure()).authority.certificate,
    evidence: witnesses,
  });
  const traffic = createTraffic({
    guard,
    runDir,
    surroundings: () => ({
      doors: book.doors().map(({ plan, ...door }) => ({ ...door, part: plan.part })),
      resolvers: resolvers(),
    }),
    emit: event => emit({ type: 'load', event }),
  });
  const world = createWorld({
    database,
    siteFiles: originalSite,
    schema: () => schemaStatements(siteFolder('v1')),
  });
  let security: Promise<Security> | undefined;
  const openSecurity = (): Promise<Security> => {
    security ??= import('./tls/security.ts').then(({ createSecurity }) =>
      createSecurity(runDir, fleet, world),
    );
    return security;
  };

  // One change of the stack at a time, in the order they were asked for.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(change: () => Promise<T>): Promise<T> => {
    const turn = last.then(change);
    last = turn.catch(() => {});
    return turn;
  };

  const secure = (): Promise<Secured> => inTurn(async () => (await openSecurity()).ensure());

  const control = async (action: Action, target: string, signal?: AbortSignal): Promise<void> => {
    const targets = byTarget(target);
    if (process.platform === 'win32' && (action === 'pause' || action === 'resume' || action === 'reload'))
      throw new StackError(`${action} needs a signal that Windows does not have`);
    const willing = targets.filter(({ allows }) => allows(action)).toSorted(inOrderOf(action));
    if (willing.length === 0) throw new StackError(refusal(action, targets));
    for (const runner of willing) await runner.act(action, signal);
    // A replica that starts anew has nothing yet: if its primary ended now, all that is left would be nothing.
    const begins = action === 'start' || action === 'restart';
    if (begins && willing.some(({ at }) => at.plan.part === 'db')) await repeated(fleet).catch(() => {});
  };

  const arrange = async (next: Topology, options?: ArrangeOptions): Promise<void> => {
    await fleet.arrange(next, options);
    // Who is new is followed from its first line on.
    witnesses();
    traffic.move();
    await repeated(fleet);
  };

  const change = async (wanted: Change, options: ArrangeOptions): Promise<void> => {
    const { topology, via = [], problem } = changeTopology(fleet.topology, wanted);
    if (!topology) throw new StackError(problem);
    const { at, state } = primary();
    if (copies(wanted) && state !== 'running')
      throw new StackError(
        `nothing can be copied from ${at.plan.id}, which is ${state}: it has to run first`,
      );
    const before = fleet.topology;
    try {
      for (const plan of [...via, topology]) await arrange(plan, options);
    } catch (error) {
      if (fleet.topology !== before) await arrange(before);
      throw error;
    }
  };

  let deployments: Deployments | undefined;
  const openDeployments = async (): Promise<Deployments> => {
    const { createDeployments } = await import('./deploy/deployments.ts');
    deployments ??= createDeployments({ fleet, site, inTurn }, traffic);
    return deployments;
  };

  const tellPlan = (): void => {
    for (const { at, talk } of fleet.runners)
      if (talk && at.plan.part === 'failover' && partById(fleet.topology, at.plan.id)) tellFailover(talk, at);
  };
  /** What a failover part has decided is so already; the plan follows. */
  const heed = (report: FailoverReport, by: PartId): void => {
    const wanted: Change =
      report.type === 'claim'
        ? { type: 'take-over', server: report.balancer }
        : { type: 'promote', server: report.server };
    void inTurn(async () => {
      if (changeTopology(fleet.topology, wanted).topology) await change(wanted, { by });
      else tellPlan();
    }).catch(error => {
      tellPlan();
      emit({ type: 'part', id: by, state: 'running', message: error.message });
    });
  };
  fleet.tend({
    world,
    equip: async runner => (await security)?.equip(runner),
    planned: tellPlan,
    attend: ({ at, talk }) => {
      if (talk && at.plan.part === 'failover') hearFailover(talk, report => heed(report, at.plan.id));
    },
  });

  const distances = createDistances(fleet, { guard, runDir });

  const purge = async (): Promise<void> => {
    const caches = fleet.runners.filter(({ engine, at }) => engine.purge && keeps(at.plan.part));
    if (caches.length === 0)
      throw new StackError('nothing in this stack keeps answers: add cache or add cdn');
    await Promise.all(caches.map(({ engine, at }) => engine.purge?.(at)));
  };

  const reset = async (name: TopologyName = beginning): Promise<void> => {
    await traffic.cancel();
    await distances.clear();
    site.version = 'v1';
    site.on.clear();
    const target = topologyByName(name);
    if (!isDeepStrictEqual(fleet.topology, target)) await arrange(target, { fresh: true });
    await world.putBack(fleet.runners);
    await distances.recall();
    await repeated(fleet);
    browser.forget();
    proxy.forget();
    // The logs start anew, and so do those who follow them.
    evidence = new WeakMap();
    witnesses();
    emit({ type: 'reset' });
  };

  return {
    get topology() {
      return fleet.topology;
    },
    runDir,
    get mysql() {
      return { ...primary().at.listen, ...accounts.web, database: accounts.database };
    },
    status: () =>
      fleet.runners.map(({ at: { plan, listen }, engine: { engine, label }, state, pid }) => ({
        id: plan.id,
        part: plan.part,
        server: plan.server,
        state,
        engine,
        label,
        address: plan.address,
        here: listen,
        ...(pid === undefined ? {} : { pid }),
        ...(plan.part === 'app' && { version: site.on.get(plan.server) ?? site.version }),
      })),
    doors: () => book.doors(),
    get proxy() {
      return proxy.here;
    },
    openProxy: () => proxy.open(),
    control: (action, target, signal) => inTurn(() => control(action, target, signal)),
    request: async (target, options = {}) => {
      emit({ type: 'request', method: options.form ? 'POST' : 'GET', url: target });
      const trace = await browser.request(target, options);
      emit({ type: 'trace', trace });
      return trace;
    },
    resolve: (name, type, signal) => browser.resolve(name, type, signal),
    sql: (statement, { on, signal } = {}) => database.query(statement, databaseOn(on).at, signal),
    secure: async () => (await secure()).file,
    certify: wish => inTurn(async () => (await openSecurity()).certify(wish)),
    redirect: on => inTurn(async () => (await openSecurity()).redirect(on)),
    load: (order, signal) => traffic.load(order, signal),
    get currentLoad() {
      return traffic.current;
    },
    change: (wanted, signal) => inTurn(() => change(wanted, { signal })),
    get version() {
      return site.version;
    },
    deploy: async (order, options) => (await openDeployments()).deploy(order, options),
    chaos: async options => {
      const { runChaos } = await import('./chaos/chaos.ts');
      return runChaos({ fleet, traffic, inTurn, arrange, repeated: () => repeated(fleet) }, options);
    },
    delay: (link, ms) =>
      inTurn(async () => {
        await distances.delay(byTarget(link), link, ms);
        traffic.move();
      }),
    purge: () => inTurn(purge),
    files: () => editableFiles(fleet),
    edit: (file, change) =>
      inTurn(async () => {
        world.edited(file.part);
        await editFile(fleet, file, change);
      }),
    logs: async (target, limit = 20) => {
      const files = byTarget(target).flatMap(({ at, engine }) => engine.logs(at));
      const texts = await Promise.all(files.map(file => readFile(file, 'utf8').catch(() => '')));
      return texts.flatMap(text => text.split('\n').filter(Boolean).slice(-limit));
    },
    forget: () => {
      browser.forget();
      proxy.forget();
    },
    reset: name => inTurn(() => reset(name)),
    subscribe: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    down: async () => {
      listeners.clear();
      await proxy.close();
      await traffic.cancel();
      await guard.end();
      // A change that was under way may have begun to start something again, and its folder with it.
      await last;
      await guard.end();
    },
  };
};

/** Whether it begins with a copy of the data. */
const copies = (change: Change): boolean =>
  change.type === 'move-db' || (change.type === 'add' && change.what === 'replica');

/** Whose answers may be old. */
const keeps = (part: PartName): boolean => part === 'cache' || part === 'cdn';

const inOrderOf =
  (action: Action) =>
  (a: Runner, b: Runner): number => {
    const order = startOrder.indexOf(a.at.plan.part) - startOrder.indexOf(b.at.plan.part);
    return action === 'stop' || action === 'kill' ? -order : order;
  };

const refusal = (action: Action, targets: readonly Runner[]): string => {
  const states = targets.map(({ at, state }) => `${at.plan.id} is ${state}`).join(', ');
  const unable = action === 'reload' && targets.every(({ engine }) => !engine.reloads);
  return unable
    ? `${states.split(' is ')[0]} cannot reload; restart it instead`
    : `cannot ${action}: ${states}`;
};

/** The application files of a server on which nothing was deployed or edited. */
const originalSite = async (siteDir: string): Promise<Map<string, Buffer>> =>
  new Map(
    await Promise.all(
      [...siteFiles('v1')].map(
        async ([name, source]) => [join(siteDir, name), await readFile(source)] as const,
      ),
    ),
  );
