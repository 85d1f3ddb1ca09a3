import type { Fleet } from './fleet.ts';
import type { Runner } from './runner.ts';
import { partById, primaryOf } from './topology.ts';

const patienceMs = 10_000;

/** Resolves when every replica that runs and is not delayed has what its primary has, or does not get it in time. */
export const repeated = async (fleet: Fleet): Promise<void> => {
  const primary = primaryOf(fleet.topology);
  const replicas = fleet.runners.filter(
    ({ at, state }) =>
      state === 'running' &&
      partById(fleet.topology, at.plan.id)?.source !== undefined &&
      at.plan.part === 'db',
  );
  if (!primary || replicas.length === 0 || fleet.runnerOf(primary.id).state !== 'running') return;
  const { replicationOf } = await import('./replication.ts');
  const position = await replicationOf(fleet.runnerOf(primary.id).at).position();
  const repeats = async ({ at }: Runner): Promise<void> => {
    const replica = replicationOf(at);
    // Who repeats later on purpose is not waited for.
    if ((await replica.status()).delayMs === 0) await replica.waitFor(position, patienceMs);
  };
  await Promise.all(replicas.map(repeats));
};
