import type { Endpoint } from '../address-book.ts';
import type { Stack } from '../stack.ts';
import { doorKey, type InsideDoor } from './porter-protocol.ts';

/** The resolver that programs inside ask (resolv.conf(5)): the first name server that runs. */
const resolver = { host: '127.0.0.1', port: 53 };

/**
 * Every door that is open inside, by its key, and where it leads: the open addresses of the story, the resolver, and
 * what `server-1` keeps for itself on 127.0.0.1, because inside one sits there. A part that does not run has no
 * open door, so that the kernel inside refuses as that of its machine would; a paused one has.
 */
export const insideDoors = (stack: Stack): Map<string, { door: InsideDoor; here: Endpoint }> => {
  const status = stack.status();
  const up = new Set(
    status.filter(({ state }) => state === 'running' || state === 'paused').map(({ id }) => id),
  );
  const running = new Set(status.filter(({ state }) => state === 'running').map(({ id }) => id));
  const open = stack
    .doors()
    .filter(({ plan }) => up.has(plan.id))
    // A paused name server is silent: who can choose takes another one.
    .toSorted((a, b) => Number(running.has(b.plan.id)) - Number(running.has(a.plan.id)))
    .flatMap(({ plan: { part }, address, here }) => {
      const tcp = [{ door: { transport: 'tcp' as const, ...address }, here }];
      if (part !== 'dns') return tcp;
      return [address, resolver].flatMap(at => [
        { door: { transport: 'udp' as const, ...at }, here },
        { door: { transport: 'tcp' as const, ...at }, here },
      ]);
    });
  const inner = status.flatMap(({ id, address, here }) =>
    up.has(id) && address.host === resolver.host
      ? [{ door: { transport: 'tcp' as const, ...address }, here }]
      : [],
  );
  // Where several have the same address the first one answers.
  return new Map([...open, ...inner].toReversed().map(entry => [doorKey(entry.door), entry]));
};
