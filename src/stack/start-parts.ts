import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AddressBook, type Endpoint } from './address-book.ts';
import type { BringUpOptions } from './bring-up.ts';
import type { Engines } from './engines.ts';
import { siteFolder } from './entries.ts';
import type { Guard } from './guard.ts';
import type { Accounts, Placement } from './parts/part.ts';
import { freePorts, loopback } from './ports.ts';
import { createRunner, type Runner } from './runner.ts';
import { type Stack, StackError, type StackEvent } from './stack.ts';
import { partsOf, type Topology } from './topology.ts';

/** Starts every part in parallel in the run directory, and resolves when each has answered. */
export const startParts = async (
  runDir: string,
  guard: Guard,
  topology: Topology,
  engines: Engines,
  { signal, onEvent }: BringUpOptions,
): Promise<Stack> => {
  const book = new AddressBook();
  const plans = partsOf(topology);
  const ports = await freePorts(plans.length + plans.filter(({ secure }) => secure).length);
  const nextPlace = (): Endpoint => ({ host: loopback, port: ports.pop() as number });
  for (const plan of plans) book.enter(plan, nextPlace(), plan.secure && nextPlace());

  const siteDir = (server: string): string => join(runDir, server, 'site');
  for (const { name, parts } of topology.servers) {
    // A few small files: sooner done than handed to other threads.
    mkdirSync(join(runDir, name), { recursive: true });
    if (parts.some(({ part }) => part === 'app'))
      cpSync(siteFolder('v1'), siteDir(name), { recursive: true });
  }

  const listeners = new Set<(event: StackEvent) => void>();
  if (onEvent) listeners.add(onEvent);
  const emit = (event: StackEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const accounts = drawAccounts();
  const runners = book.entries().map(({ plan, here, secure }): Runner => {
    const at: Placement = {
      plan,
      dir: join(runDir, plan.server, plan.part),
      siteDir: siteDir(plan.server),
      listen: here,
      ...(secure && { secure }),
      accounts,
      peer: part => {
        const peer = plans.find(other => other.part === part && other.server === plan.server);
        if (!peer) throw new Error(`${plan.id} has no ${part} beside it`);
        return book.here(peer.id);
      },
    };
    return createRunner(engines[plan.part], at, guard, (state, message) =>
      emit({ type: 'part', id: plan.id, state, ...(message ? { message } : {}) }),
    );
  });

  const begun = runners.map(runner => runner.act('start', signal));
  // Loaded while the slower parts are still starting.
  const live = Promise.race(begun).then(() => import('./live-stack.ts'));
  const [starts] = await Promise.all([Promise.allSettled(begun), live.catch(() => {})]);
  const failed = starts.find(start => start.status === 'rejected');
  if (failed) throw failed.reason;
  if (signal?.aborted) throw new StackError('the start of the stack was cancelled');
  const { createLiveStack } = await live;
  return createLiveStack({ topology, runDir, guard, book, runners, accounts, listeners, emit });
};

const drawAccounts = (): Accounts => {
  const password = (): string => randomBytes(9).toString('hex');
  return {
    database: 'foobar',
    web: { user: 'web', password: password() },
    admin: { user: 'admin', password: password() },
  };
};
