import { cut, type Line, line, span, wrap } from '../../../plain/line.ts';
import { kinds, roleOf } from '../../../plain/part-words.ts';
import type { PartStatus } from '../../../stack/stack.ts';
import { linkedFrom, type PartPlan, partsOf, siteIp, type Topology } from '../../../stack/topology.ts';

/** What is known of the chosen server or part, in at most two lines. */
export const selectedLines = (
  target: string,
  topology: Topology,
  parts: readonly PartStatus[],
  { width, secured, ellipsis }: { width: number; secured: boolean; ellipsis: string },
): Line[] => {
  const plan = partsOf(topology).find(({ id }) => id === target);
  const text = plan ? partText(plan, topology, parts, secured) : serverText(topology, target);
  const [first = '', ...more] = wrap(`${target}: ${text}`, width);
  const second = more.length > 1 ? cut(`${more.join(' ')}`, width, ellipsis) : more[0];
  return [line(span(first, 'accent')), ...(second === undefined ? [] : [line(span(second, 'dim'))])];
};

const partText = (
  plan: PartPlan,
  topology: Topology,
  parts: readonly PartStatus[],
  secured: boolean,
): string => {
  const status = parts.find(({ id }) => id === plan.id);
  const { host, port } = plan.address;
  const role = roleOf(plan, topology, parts);
  const here = status ? ` (here ${status.here.host}:${status.here.port})` : '';
  const sendsTo = linkedFrom(topology, plan.id)
    .filter(({ part }) => part !== plan.part)
    .map(({ id }) => id);
  return [
    `${kinds[plan.part]}${role ? ` ${role}` : ''} ${status?.state ?? 'planned'}`,
    `${host}:${port}${here}`,
    ...(secured && plan.secure && plan.open ? [`:${plan.secure.port} with TLS`] : []),
    ...(plan.open && host === siteIp && plan.part === 'balancer' ? [`holds ${siteIp}`] : []),
    ...(plan.source ? [`repeats ${plan.source}`] : []),
    ...(sendsTo.length > 0 ? [`${plan.part === 'failover' ? 'watches' : 'asks'} ${sendsTo.join(' ')}`] : []),
    ...(status?.pid === undefined ? [] : [`pid ${status.pid}`]),
    ...(plan.workers === undefined || status ? [] : [`${plan.workers} workers`]),
    ...(status ? [status.label] : []),
  ].join(', ');
};

const serverText = (topology: Topology, name: string): string => {
  const server = topology.servers.find(other => other.name === name);
  const parts = (server?.parts ?? []).map(({ part }) => part);
  return `${server?.ip ?? ''}, the whole server with ${parts.join(' and ')}`;
};
