import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { BringUpOptions } from './bring-up.ts';
import type { Version } from './deploy/order.ts';
import type { Engines } from './engines.ts';
import { siteFolder } from './entries.ts';
import { createFleet } from './fleet.ts';
import type { Guard } from './guard.ts';
import type { Accounts } from './parts/part.ts';
import { siteDirOf } from './placements.ts';
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
  const give = (server: string, version: Version): void => {
    const dir = siteDirOf(runDir, server);
    mkdirSync(dirname(dir), { recursive: true });
    // A few small files: sooner done than handed to other threads.
    cpSync(siteFolder(version), dir, { recursive: true });
    deployed = version;
  };
  // A server that is added later gets what the others have.
  let deployed: Version = 'v1';
  const giveSite = (server: string): void => give(server, deployed);
  const fleet = createFleet(topology.name, { runDir, guard, engines, accounts, giveSite, emit });
  const started = fleet.arrange(topology, { signal });
  // Loaded while the slower parts are still starting.
  const live = firstRunning(listeners, started).then(() => import('./live-stack.ts'));
  await Promise.all([started, live.catch(() => {})]);
  if (signal?.aborted) throw new StackError('the start of the stack was cancelled');
  const { createLiveStack } = await live;
  return createLiveStack({ runDir, guard, fleet, accounts, listeners, emit, give });
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
