/** What runs where: the plan of a stack. Pure data; `fleet.ts` makes it real. */

/** In the order in which a request meets them. */
export const partNames = ['dns', 'cdn', 'balancer', 'cache', 'web', 'app', 'db', 'failover'] as const;
export type PartName = (typeof partNames)[number];

/** A part on its server, such as `app@server-1`. */
export type PartId = `${PartName}@${string}`;

export type Engine = 'embedded' | 'installed';

/** An address as the story tells it; the address book says where it really is on this machine. */
export interface StoryAddress {
  host: string;
  port: number;
}

export interface PartPlan {
  id: PartId;
  part: PartName;
  server: string;
  address: StoryAddress;
  /** Where it speaks TLS. */
  secure?: StoryAddress;
  /** Reachable by the browser; the others are reached only by other parts. */
  open: boolean;
  /** Of a database or name server: whose data it repeats. Who has none is the primary. */
  source?: PartId;
  /** Of an app server: requests that it works on at the same time. */
  workers?: number;
}

export interface ServerPlan {
  name: string;
  ip: string;
  parts: readonly PartPlan[];
}

/** `from` sends requests to `to`; the browser is no part of the plan, so its links have none. */
export interface Link {
  from: PartId | 'browser';
  to: PartId;
}

export const topologyNames = ['one-server', 'balanced', 'replicated', 'mended'] as const;
export type TopologyName = (typeof topologyNames)[number];

export interface Topology {
  /** The named one that it began as. */
  name: TopologyName;
  /** Whether it has been changed since. */
  changed?: boolean;
  servers: readonly ServerPlan[];
  links: readonly Link[];
}

export const siteHost = 'www.foobar.com';

/** The site's public address is the same in every topology: whatever takes it over keeps it. */
export const siteIp = '8.8.8.8';

export const partsOf = (topology: Topology): readonly PartPlan[] =>
  topology.servers.flatMap(server => server.parts);

export const partById = (topology: Topology, id: PartId): PartPlan | undefined =>
  partsOf(topology).find(plan => plan.id === id);

/** The parts that this one sends requests to, in the order of the plan. */
export const linkedFrom = (topology: Topology, from: Link['from']): readonly PartPlan[] =>
  topology.links.flatMap(link => (link.from === from ? (partById(topology, link.to) ?? []) : []));

/** The database that takes writes. */
export const primaryOf = (topology: Topology): PartPlan | undefined =>
  partsOf(topology).find(({ part, source }) => part === 'db' && source === undefined);

/** The parts that TARGET means: a part, a part on a server, or all parts of a server; none when it is unknown. */
export const partsByTarget = (topology: Topology, target: string): readonly PartPlan[] =>
  partsOf(topology).filter(({ id, part, server }) => target === id || target === part || target === server);

/** Every word that is a TARGET in this topology, for completion and for error messages. */
export const targetsOf = (topology: Topology): readonly string[] => [
  ...new Set(partsOf(topology).flatMap(({ id, part, server }) => [part, server, id])),
];
