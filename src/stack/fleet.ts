import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AddressBook } from './address-book.ts';
import type { Engines } from './engines.ts';
import type { Guard } from './guard.ts';
import { handOver } from './hand-over.ts';
import type { Accounts } from './parts/part.ts';
import { placementOf } from './placements.ts';
import { freePorts, loopback } from './ports.ts';
import { createRunner, type Runner } from './runner.ts';
import { StackError, type StackEvent } from './stack.ts';
import { type PartId, type PartPlan, partById, partsOf, type Topology } from './topology.ts';
import type { World } from './world.ts';

export interface FleetDeps {
  runDir: string;
  guard: Guard;
  engines: Engines;
  accounts: Accounts;
  /** Gives a server that is to run the application its files. */
  giveSite(server: string): void;
  emit(event: StackEvent): void;
}

export interface ArrangeOptions {
  signal?: AbortSignal | undefined;
  /** The data of databases that get another role is thrown away instead of handed over. */
  fresh?: boolean;
  /** The part that has brought it about. */
  by?: PartId | undefined;
}

/** The parts that run, and how they become those of another plan. One change at a time: callers take turns. */
export interface Fleet {
  readonly topology: Topology;
  readonly book: AddressBook;
  readonly runners: readonly Runner[];
  /** Throws StackError when the plan has no such part. */
  runnerOf(id: PartId): Runner;
  /**
   * Makes the plan real while everything else goes on: what is new is started, then everybody hears of it, then
   * what is not needed any more is ended. Throws StackError; then everything is as it was.
   */
  arrange(next: Topology, options?: ArrangeOptions): Promise<void>;
  /** Has everybody obey what follows differently from the plan and the address book now. */
  follow(): Promise<void>;
  /** Has a part obey its changed configuration; one that does not run reads it when it starts. */
  obey(runner: Runner): Promise<void>;
  /** Starts a second process of each part beside the one that runs, in a place of its own. Throws StackError. */
  twins(ids: readonly PartId[], signal?: AbortSignal): Promise<Twins>;
  /** Who takes care of what the parts are given; before it is set, nothing is known of edits. */
  tend(keeper: Keeper): void;
}

/** Second processes of parts. */
export interface Twins {
  /** From now on they are the parts: everybody who asks them is told their places. */
  take(): Promise<void>;
  /** Ends those that they have replaced. */
  retire(): Promise<void>;
  /** Ends them, as if they had never been. */
  discard(): Promise<void>;
}

interface Keeper {
  world: World;
  /** Before a part is started that is new. */
  equip(runner: Runner): Promise<void>;
  /** When another plan has become real, before anything that it does not need is ended. */
  planned(): void;
  /** When a part has been started. */
  attend(runner: Runner): void;
}

const nothing: Omit<Topology, 'name'> = { servers: [], links: [] };

export const createFleet = (name: Topology['name'], deps: FleetDeps): Fleet => {
  const { runDir, guard, engines, accounts, giveSite, emit } = deps;
  const book = new AddressBook();
  const runners = new Map<PartId, Runner>();
  let topology: Topology = { name, ...nothing };
  let planned = topology;
  let keeper: Keeper | undefined;
  let twinsMade = 1;

  const runnerOf = (id: PartId): Runner => {
    const runner = runners.get(id);
    if (!runner) throw new StackError(`${id} is not part of this stack`);
    return runner;
  };

  /** Ports for what is new, and for what speaks TLS from now on. */
  const settle = async (plans: readonly PartPlan[]): Promise<void> => {
    const lacking = plans.flatMap(({ id, secure }) => {
      const place = book.place(id);
      return [...(place ? [] : ['here']), ...(secure && !place?.secure ? ['secure'] : [])].map(which => ({
        id,
        which,
      }));
    });
    const ports = await freePorts(lacking.length, book.ports());
    for (const [index, { id, which }] of lacking.entries()) {
      const endpoint = { host: loopback, port: ports[index] as number };
      const place = book.place(id);
      if (which === 'here') book.settle(id, endpoint, place?.secure);
      else book.settle(id, place?.here ?? endpoint, endpoint);
    }
  };

  const make = ({ id, part }: PartPlan, own?: Parameters<typeof placementOf>[2]): Runner => {
    const at = placementOf(id, { runDir, accounts, book, planned: () => planned }, own);
    const engine = engines[part];
    if (!engine) throw new StackError(`nothing plays ${part} yet`);
    const runner = createRunner(engine, at, guard, (state, message) => {
      // Of a second process nobody knows yet.
      if (runners.get(id) !== runner) return;
      if (state === 'running') keeper?.attend(runner);
      emit({ type: 'part', id, state, ...(message ? { message } : {}) });
    });
    return runner;
  };

  const employ = (runner: Runner): Runner => {
    runners.set(runner.at.plan.id, runner);
    keeper?.world.adopt(runner);
    return runner;
  };

  const start = async (runner: Runner, signal: AbortSignal | undefined): Promise<void> => {
    await keeper?.equip(runner);
    await runner.act('start', signal);
  };

  const end = async (runner: Runner): Promise<void> => {
    const { id } = runner.at.plan;
    if (runner.allows('stop')) await runner.act('stop');
    runners.delete(id);
    keeper?.world.forget(id);
    const left = [...runners.values()].some(({ at }) => at.plan.server === runner.at.plan.server);
    await rm(left ? runner.at.dir : dirname(runner.at.dir), { recursive: true, force: true });
  };

  const obey = async (runner: Runner): Promise<void> => {
    if (runner.state !== 'running' && runner.state !== 'paused') return;
    // A paused process would hear of it only later, and nobody would have waited.
    const paused = runner.state === 'paused';
    if (paused) await runner.act('resume');
    await runner.act(runner.allows('reload') && process.platform !== 'win32' ? 'reload' : 'restart');
    if (paused) await runner.act('pause');
  };

  /** Has a part obey what follows differently from the plan now. */
  const follow = async (runner: Runner): Promise<void> => {
    const write = await keeper?.world.following(runner);
    if (!write) return;
    await write();
    await obey(runner);
  };

  /** A database with another role or source begins anew and repeats what the new one has. */
  const renew = async (runner: Runner): Promise<void> => {
    const ran = runner.allows('stop');
    if (ran) await runner.act('stop');
    await rm(runner.at.dir, { recursive: true, force: true });
    if (ran) await runner.act('start');
  };

  const arrange = async (
    next: Topology,
    { signal, fresh = false, by }: ArrangeOptions = {},
  ): Promise<void> => {
    const before = topology;
    const plans = partsOf(next);
    const added = plans.filter(({ id }) => !runners.has(id));
    const kept = [...runners.values()].filter(({ at }) => partById(next, at.plan.id));
    const removed = [...runners.values()].filter(({ at }) => !partById(next, at.plan.id));
    planned = next;
    try {
      await settle(plans);
      for (const server of new Set(added.filter(({ part }) => part === 'app').map(plan => plan.server)))
        giveSite(server);
      const fleetWas = runners.size;
      const made = added.map(plan => employ(make(plan)));
      const changes = await Promise.all(
        kept.map(async runner => ({ runner, write: await keeper?.world.following(runner) })),
      );
      // The first parts are shown while they start.
      if (fleetWas === 0) book.publish(plans);
      const starts = await Promise.allSettled(made.map(runner => start(runner, signal)));
      const failed = starts.find(result => result.status === 'rejected');
      if (failed) throw failed.reason;
      if (signal?.aborted) throw new StackError('the change was cancelled');
      if (!fresh) await handOver({ before, next, runnerOf, promoted: by !== undefined });
      topology = next;
      book.publish(plans);
      keeper?.planned();
      emit({ type: 'topology', topology, ...(by && { by }) });
      await Promise.all(
        changes.map(async ({ runner, write }) => {
          await write?.();
          if (scaled(before, runner.at.plan)) await (runner.allows('stop') && runner.act('restart'));
          else if (write) await obey(runner);
        }),
      );
    } catch (error) {
      if (topology === before) {
        planned = before;
        await Promise.all(added.map(({ id }) => runners.get(id)).map(runner => runner && end(runner)));
        book.publish(partsOf(before));
      }
      throw error;
    }
    // Those who watch first: what ends now is no failure.
    const watches = ({ at }: Runner): boolean => at.plan.part === 'failover';
    await Promise.all(removed.filter(watches).map(end));
    await Promise.all(removed.filter(runner => !watches(runner)).map(end));
    const changedRole = kept.filter(({ at: { plan } }) => {
      const was = partById(before, plan.id);
      return plan.part === 'db' && was?.source !== plan.source && (fresh || plan.source !== undefined);
    });
    await Promise.all(changedRole.map(renew));
  };

  const twins = async (ids: readonly PartId[], signal?: AbortSignal): Promise<Twins> => {
    const ports = await freePorts(ids.length, book.ports());
    const pairs = ids.map((id, index) => {
      const old = runnerOf(id);
      const listen = { host: loopback, port: ports[index] as number };
      twinsMade++;
      return {
        id,
        old,
        listen,
        runner: make(old.at.plan, { folder: `${old.at.plan.part}-${twinsMade}`, listen }),
      };
    });
    const remove = (which: readonly Runner[]): Promise<unknown> =>
      Promise.all(
        which.map(async runner => {
          if (runner.allows('stop')) await runner.act('stop');
          await rm(runner.at.dir, { recursive: true, force: true });
        }),
      );
    const discard = async (): Promise<void> => {
      await remove(pairs.map(({ runner }) => runner));
    };
    const starts = await Promise.allSettled(pairs.map(({ runner }) => runner.act('start', signal)));
    const failed = starts.find(start => start.status === 'rejected');
    if (failed) {
      await discard();
      throw failed.reason;
    }
    return {
      take: async () => {
        for (const { id, runner, listen } of pairs) {
          employ(runner);
          book.settle(id, listen, book.place(id)?.secure);
          emit({ type: 'part', id, state: runner.state });
        }
        await Promise.all([...runners.values()].map(follow));
      },
      retire: async () => {
        await remove(pairs.map(({ old }) => old));
      },
      discard,
    };
  };

  return {
    twins,
    book,
    get topology() {
      return topology;
    },
    get runners() {
      return [...runners.values()].toSorted(inPlanOrder(topology));
    },
    runnerOf,
    arrange,
    follow: async () => {
      await Promise.all([...runners.values()].map(follow));
    },
    obey,
    tend: given => {
      keeper = given;
      for (const runner of runners.values()) {
        given.world.adopt(runner);
        given.attend(runner);
      }
    },
  };
};

const scaled = (before: Topology, { id, workers }: PartPlan): boolean =>
  partById(before, id)?.workers !== workers;

const inPlanOrder = (topology: Topology) => {
  const order = new Map(partsOf(topology).map(({ id }, index) => [id, index]));
  const rank = ({ at }: Runner): number => order.get(at.plan.id) ?? order.size;
  return (a: Runner, b: Runner): number => rank(a) - rank(b);
};
