import { readFile } from 'node:fs/promises';
import type { AddressBook } from './address-book.ts';
import { createBrowser, type Witness } from './browser/browser.ts';
import { createDatabase } from './database.ts';
import type { Guard } from './guard.ts';
import type { Accounts } from './parts/part.ts';
import { lazyProxy } from './proxy/lazy.ts';
import type { Runner } from './runner.ts';
import { type Action, type Stack, StackError, type StackEvent } from './stack.ts';
import type { Secured, Security } from './tls/security.ts';
import { type PartPlan, partsByTarget, type Topology, targetsOf } from './topology.ts';
import { createTraffic } from './traffic/traffic.ts';
import { createWorld } from './world.ts';

interface LiveParts {
  topology: Topology;
  runDir: string;
  guard: Guard;
  book: AddressBook;
  runners: readonly Runner[];
  accounts: Accounts;
  listeners: Set<(event: StackEvent) => void>;
  emit: (event: StackEvent) => void;
}

/** Starting goes from the inside out, stopping from the outside in, so that no part meets a missing one. */
const startOrder = ['dns', 'db', 'app', 'web'];

export const createLiveStack = async (live: LiveParts): Promise<Stack> => {
  const { topology, runDir, guard, book, runners, accounts, listeners, emit } = live;
  const runnerOf = (plan: PartPlan): Runner => {
    const runner = runners.find(({ at }) => at.plan.id === plan.id);
    if (!runner) throw new StackError(`${plan.id} is not part of this stack`);
    return runner;
  };
  const only = (part: string): Runner => {
    const found = runners.find(({ at }) => at.plan.part === part);
    if (!found) throw new StackError(`this stack has no ${part}`);
    return found;
  };
  const byTarget = (target: string): Runner[] => {
    const found = partsByTarget(topology, target).map(runnerOf);
    if (found.length > 0) return found;
    throw new StackError(`"${target}" is not in this stack; there are ${targetsOf(topology).join(', ')}`);
  };

  const dns = only('dns');
  const db = only('db');
  const database = createDatabase(db.at);
  const openEvidence = (): Witness[] =>
    runners.flatMap(({ at, engine }) => {
      const evidence = engine.evidence?.(at);
      return evidence ? [{ plan: at.plan, evidence }] : [];
    });
  let witnesses = openEvidence();
  const resolver = { story: dns.at.plan.address, here: () => dns.at.listen };
  const proxy = lazyProxy({ book, resolver, secure: () => secure() });
  const browser = createBrowser({
    book,
    resolver,
    authority: async () => (await secure()).authority.certificate,
    evidence: () => witnesses,
  });
  const traffic = createTraffic({
    guard,
    runDir,
    surroundings: () => ({
      doors: book.doors().map(({ plan: { part }, address, here }) => ({ part, address, here })),
      resolver: { story: resolver.story, here: resolver.here() },
    }),
    emit: event => emit({ type: 'load', event }),
  });
  const world = await createWorld(runners, database);
  let security: Promise<Security> | undefined;
  const openSecurity = (): Promise<Security> => {
    const web = runners.find(({ at }) => at.secure);
    if (!web) throw new StackError('nothing in this stack speaks TLS');
    security ??= import('./tls/security.ts').then(({ createSecurity }) => createSecurity(runDir, web, world));
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
  };

  return {
    topology,
    runDir,
    mysql: { ...db.at.listen, ...accounts.web, database: accounts.database },
    status: () =>
      runners.map(({ at: { plan, listen }, engine: { engine, label }, state, pid }) => ({
        id: plan.id,
        part: plan.part,
        server: plan.server,
        state,
        engine,
        label,
        address: plan.address,
        here: listen,
        ...(pid === undefined ? {} : { pid }),
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
    sql: (statement, signal) => database.query(statement, signal),
    secure: async () => (await secure()).file,
    certify: wish => inTurn(async () => (await openSecurity()).certify(wish)),
    redirect: on => inTurn(async () => (await openSecurity()).redirect(on)),
    load: (order, signal) => traffic.load(order, signal),
    get currentLoad() {
      return traffic.current;
    },
    logs: async (target, limit = 20) => {
      const files = byTarget(target).flatMap(({ at, engine }) => engine.logs(at));
      const texts = await Promise.all(files.map(file => readFile(file, 'utf8').catch(() => '')));
      return texts.flatMap(text => text.split('\n').filter(Boolean).slice(-limit));
    },
    forget: () => {
      browser.forget();
      proxy.forget();
    },
    reset: () =>
      inTurn(async () => {
        await traffic.cancel();
        await world.putBack();
        browser.forget();
        proxy.forget();
        // The logs start anew, and so do those who follow them.
        witnesses = openEvidence();
        emit({ type: 'reset' });
      }),
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
