import type { Fleet } from './fleet.ts';
import { partById, primaryOf } from './topology.ts';

const patienceMs = 10_000;

/** Resolves when every replica that runs has what its primary has, or does not get it in time. */
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
  await Promise.all(replicas.map(({ at }) => replicationOf(at).waitFor(position, patienceMs)));
};
