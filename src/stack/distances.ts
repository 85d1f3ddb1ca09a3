import type { Fleet } from './fleet.ts';
import type { Guard } from './guard.ts';
import type { Links } from './links/links.ts';
import type { Runner } from './runner.ts';
import { StackError } from './stack.ts';
import { type PartId, type PartPlan, partById, type Topology } from './topology.ts';

/** How far away parts are put, and by how much later replicas repeat. */
export interface Distances {
  /** Changes the stack, so each call has to be in its turn. Throws StackError. */
  delay(targets: readonly Runner[], link: string, ms: number): Promise<void>;
  /** Everything is as near as it was. */
  clear(): Promise<void>;
  /** Replicas repeat without delay again; those that do not run keep theirs. */
  recall(): Promise<void>;
}

/** Within a machine there is no distance. */
const askedFromElsewhere = (topology: Topology, { id, server }: PartPlan): boolean =>
  topology.links.some(
    ({ from, to }) => to === id && (from === 'browser' || partById(topology, from)?.server !== server),
  );

export const createDistances = (fleet: Fleet, place: { guard: Guard; runDir: string }): Distances => {
  const delayed = new Set<PartId>();
  let links: Promise<Links> | undefined;
  const openLinks = (): Promise<Links> => {
    links ??= import('./links/links.ts').then(({ createLinks }) => createLinks(place));
    return links;
  };

  const move = async ({ at }: Runner, ms: number): Promise<void> => {
    const { id } = at.plan;
    const { book } = fleet;
    const near = book.place(id);
    if (!near) throw new StackError(`${id} has no address`);
    const { set } = await openLinks();
    if (ms === 0) book.move(id);
    const here = await set(near.here, ms);
    const secure = near.secure && (await set(near.secure, ms));
    if (ms > 0) book.move(id, { addedMs: ms, here, ...(secure && { secure }) });
    await fleet.follow();
  };

  return {
    delay: async (targets, link, ms) => {
      const replica = targets.find(({ at }) => at.plan.part === 'db' && at.plan.source !== undefined);
      if (replica) {
        const { replicationOf } = await import('./replication.ts');
        await replicationOf(replica.at).delay(ms);
        delayed.add(replica.at.plan.id);
        return;
      }
      const parts = targets.filter(({ at }) => !['dns', 'failover'].includes(at.plan.part));
      if (parts.length === 0)
        throw new StackError(`the way to ${link} cannot be made longer: only TCP can be delayed here`);
      const asked = parts.filter(({ at }) => askedFromElsewhere(fleet.topology, at.plan));
      if (asked.length === 0)
        throw new StackError(`the way to ${link} cannot be made longer: only its own server asks it`);
      for (const part of asked) await move(part, ms);
    },
    clear: async () => {
      for (const { at } of fleet.runners) fleet.book.move(at.plan.id);
      await (await links)?.clear();
      if (links) await fleet.follow();
    },
    recall: async () => {
      const late = fleet.runners.filter(
        ({ at, state }) => delayed.has(at.plan.id) && at.plan.source !== undefined && state === 'running',
      );
      delayed.clear();
      if (late.length === 0) return;
      const { replicationOf } = await import('./replication.ts');
      await Promise.all(late.map(({ at }) => replicationOf(at).delay(0)));
    },
  };
};
