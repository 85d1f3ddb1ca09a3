import type { PartStatus } from '../stack/stack.ts';
import { siteIp, type Topology } from '../stack/topology.ts';
import { roleOf } from './part-words.ts';

/** The picture of the stack in words, a line for each server: who is there, in which state, and who is asked. */
export const stackSentences = (topology: Topology, parts: readonly PartStatus[]): string[] => {
  const serverOf = (id: string): string => id.split('@')[1] ?? '';
  const reached = topology.links.flatMap(({ from, to }) => (from === 'browser' ? [serverOf(to)] : []));
  const asked = (server: string): string[] => [
    ...new Set(
      topology.links
        .filter(({ from, to }) => serverOf(from) === server && serverOf(to) !== server)
        .filter(({ from, to }) => from.split('@')[0] !== to.split('@')[0] && !from.startsWith('failover@'))
        .map(({ to }) => serverOf(to)),
    ),
  ];
  return [
    `The browser asks ${[...new Set(reached)].join(', ')}.`,
    ...topology.servers.map(({ name, ip, parts: plans }) => {
      const list = plans.map(plan => {
        const role = roleOf(plan, topology, parts);
        const state = parts.find(({ id }) => id === plan.id)?.state ?? 'planned';
        return `${plan.part}${role ? ` (${role})` : ''} ${state}`;
      });
      const others = asked(name);
      const holds = ip === siteIp ? ", the site's address" : '';
      const behind = others.length > 0 ? `; asks ${others.join(', ')}` : '';
      return `${name} (${ip}${holds}): ${list.join(', ')}${behind}`;
    }),
  ];
};
