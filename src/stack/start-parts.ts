import { randomBytes } from 'node:crypto';
import type { BringUpOptions } from './bring-up.ts';
import type { SiteVersion } from './deploy/order.ts';
import type { Engines } from './engines.ts';
import { createFleet } from './fleet.ts';
import type { Guard } from './guard.ts';
import type { Accounts } from './parts/part.ts';
import { siteDirOf } from './placements.ts';
import { giveSite } from './site-files.ts';
import { type Stack, StackError, type StackEvent } from './stack.ts';
import type { Topology } from './topology.ts';

/** Starts every part in parallel in the run directory, and resolves when each has answered. */
export const startParts = async (
  runDir: string,
  guard: Guard,
  topology: Topology,
  engines: Engines,
  { signal, onEvent }: BringUpOptions,
): Promise<Stack> => {
  const listeners = new Set<(event: StackEvent) => void>();
  if (onEvent) listeners.add(onEvent);
  const emit = (event: StackEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const accounts = drawAccounts();
  // A server that is added later gets what the others have.
  const site: SiteVersion = {
    version: 'v1',
    on: new Map(),
    give: (server, version) => {
      giveSite(version, siteDirOf(runDir, server));
      site.on.set(server, version);
    },
  };
  const fleet = createFleet(topology.name, {
    runDir,
    guard,
    engines,
    accounts,
    giveSite: server => site.give(server, site.version),
    emit,
  });
  const started = fleet.arrange(topology, { signal });
  // Loaded while the slower parts are still starting.
  const live = firstRunning(listeners, started).then(() => import('./live-stack.ts'));
  await Promise.all([started, live.catch(() => {})]);
  if (signal?.aborted) throw new StackError('the start of the stack was cancelled');
  const { createLiveStack } = await live;
  return createLiveStack({ runDir, guard, fleet, accounts, listeners, emit, site });
};

const firstRunning = async (
  listeners: Set<(event: StackEvent) => void>,
  started: Promise<unknown>,
): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const listener = (event: StackEvent): void => {
    if (event.type === 'part' && event.state === 'running') resolve();
  };
  listeners.add(listener);
  await Promise.race([promise, started]).finally(() => listeners.delete(listener));
};

const drawAccounts = (): Accounts => {
  const password = (): string => randomBytes(9).toString('hex');
  return {
    database: 'foobar',
    web: { user: 'web', password: password() },
    admin: { user: 'admin', password: password() },
    replication: { user: 'replication', password: password() },
  };
};
