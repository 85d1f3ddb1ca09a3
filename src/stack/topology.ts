/** What runs where: the plan of a stack. Pure data; `stack.ts` makes it real. */

export const partNames = ['dns', 'web', 'app', 'db'] as const;
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
  /** Reachable by the browser; the others are reached only from inside their server. */
  open: boolean;
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

export interface Topology {
  name: TopologyName;
  servers: readonly ServerPlan[];
  links: readonly Link[];
}

export const topologyNames = ['one-server'] as const;
export type TopologyName = (typeof topologyNames)[number];

export const siteHost = 'www.foobar.com';

const plan = (part: PartName, server: string, host: string, port: number, open: boolean): PartPlan => ({
  id: `${part}@${server}`,
  part,
  server,
  address: { host, port },
  open,
});

/** The sources' design: one machine holds web, app and db; DNS is somebody else's machine. */
const oneServer: Topology = {
  name: 'one-server',
  servers: [
    // 192.0.2.0/24 is reserved for documentation (RFC 5737), so no real machine is meant.
    { name: 'dns-1', ip: '192.0.2.53', parts: [plan('dns', 'dns-1', '192.0.2.53', 53, true)] },
    {
      name: 'server-1',
      ip: '8.8.8.8',
      parts: [
        { ...plan('web', 'server-1', '8.8.8.8', 80, true), secure: { host: '8.8.8.8', port: 443 } },
        plan('app', 'server-1', '127.0.0.1', 8000, false),
        plan('db', 'server-1', '127.0.0.1', 3306, false),
      ],
    },
  ],
  links: [
    { from: 'browser', to: 'dns@dns-1' },
    { from: 'browser', to: 'web@server-1' },
    { from: 'web@server-1', to: 'app@server-1' },
    { from: 'app@server-1', to: 'db@server-1' },
  ],
};

const topologies: Record<TopologyName, Topology> = { 'one-server': oneServer };

export const topologyByName = (name: TopologyName): Topology => topologies[name];

export const partsOf = (topology: Topology): readonly PartPlan[] =>
  topology.servers.flatMap(server => server.parts);

/** The parts that TARGET means: a part, a part on a server, or all parts of a server; none when it is unknown. */
export const partsByTarget = (topology: Topology, target: string): readonly PartPlan[] =>
  partsOf(topology).filter(({ id, part, server }) => target === id || target === part || target === server);

/** Every word that is a TARGET in this topology, for completion and for error messages. */
export const targetsOf = (topology: Topology): readonly string[] => [
  ...new Set(partsOf(topology).flatMap(({ id, part, server }) => [part, server, id])),
];
