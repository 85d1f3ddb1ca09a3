/** The changes that can be made to a topology, and the named ones, which are made of them. Pure. */
import {
  type Link,
  type PartId,
  type PartName,
  type PartPlan,
  partById,
  partsOf,
  primaryOf,
  type ServerPlan,
  siteIp,
  type Topology,
  type TopologyName,
} from './topology.ts';

export const additions = ['balancer', 'server', 'replica', 'dns', 'cache', 'cdn', 'failover'] as const;
export type Addition = (typeof additions)[number];

export type Change =
  | { type: 'add'; what: Addition }
  | { type: 'move-db' }
  /** The replica on this server becomes the primary, and what was the primary repeats it from now on. */
  | { type: 'promote'; server: string }
  | { type: 'scale'; server: string; workers: number }
  /** The balancer on this server takes over the site's address. */
  | { type: 'take-over'; server: string };

/** What becomes of it, by way of which other plans, if any; or why it makes no sense (yet), as half a sentence. */
export type Changed =
  | { topology: Topology; via?: readonly Topology[]; problem?: never }
  | { problem: string; topology?: never; via?: never };

/** The most that one machine of the story bears: it has as many processors. */
export const mostWorkers = 16;
const usualWorkers = 8;
/** So that a small laptop carries what can be added. */
const most: Partial<Record<Addition, number>> = { balancer: 2, server: 4, replica: 2, dns: 2 };

// 192.0.2.0/24, 198.51.100.0/24 and 203.0.113.0/24 are reserved for documentation (RFC 5737), so no real machine
// is meant; 10.0.0.0/8 is private (RFC 1918).
const nameServerIps = ['192.0.2.53', '198.51.100.53'];
const cdnIp = '203.0.113.10';
const inside = (number: number): string => `10.0.0.${number}`;
const local = '127.0.0.1';

const part = (
  name: PartName,
  server: string,
  host: string,
  port: number,
  more: Partial<PartPlan> = {},
): PartPlan => ({
  id: `${name}@${server}`,
  part: name,
  server,
  address: { host, port },
  open: false,
  ...more,
});

const nameServer = (number: number): ServerPlan => {
  const [name, ip] = [`dns-${number}`, nameServerIps[number - 1] ?? ''];
  const source: Partial<PartPlan> = number === 1 ? {} : { source: 'dns@dns-1' };
  return { name, ip, parts: [part('dns', name, ip, 53, { open: true, ...source })] };
};

/** What holds the site's address is open and speaks TLS; the others have addresses inside. */
const front = (host: string): Pick<PartPlan, 'open' | 'secure'> =>
  host === siteIp || host === cdnIp ? { open: true, secure: { host, port: 443 } } : { open: false };

const proxyServer = (name: PartName, number: number, ip: string): ServerPlan => {
  const server = `${name}-${number}`;
  return { name: server, ip, parts: [part(name, server, ip, 80, front(ip))] };
};

const webServer = (number: number, ip: string): ServerPlan => {
  const name = `server-${number}`;
  return {
    name,
    ip,
    parts: [part('web', name, ip, 80, front(ip)), part('app', name, local, 8000, { workers: usualWorkers })],
  };
};

/** The sources' design: one machine holds web, app and db; DNS is somebody else's machine. */
const oneServer = (): Topology => {
  const server = webServer(1, siteIp);
  return wired({
    name: 'one-server',
    servers: [nameServer(1), { ...server, parts: [...server.parts, part('db', server.name, local, 3306)] }],
    links: [],
  });
};

const partsNamed = (topology: Topology, name: PartName): readonly PartPlan[] =>
  partsOf(topology).filter(plan => plan.part === name);

const holderOf = (plans: readonly PartPlan[]): PartPlan | undefined => plans.find(({ open }) => open);

/** Who sends requests to whom follows from what is there. */
const wired = (topology: Topology): Topology => {
  const named = (name: PartName): readonly PartPlan[] => partsNamed(topology, name);
  const ids = (plans: readonly PartPlan[]): PartId[] => plans.map(({ id }) => id);
  const [dns, cdns, balancers, caches, webs, apps, dbs, failovers] = [
    named('dns'),
    named('cdn'),
    named('balancer'),
    named('cache'),
    named('web'),
    named('app'),
    named('db'),
    named('failover'),
  ];
  const link = (from: readonly Link['from'][], to: readonly PartId[]): Link[] =>
    from.flatMap(source => to.map(target => ({ from: source, to: target })));
  const origin = ids(balancers.length > 0 ? balancers : webs);
  const fronts = [...dns, ...cdns, holderOf(balancers) ?? holderOf(webs)].filter(plan => plan !== undefined);
  // Databases in the order in which an application tries them: the one that takes writes first.
  const databases = dbs.toSorted((a, b) => Number(a.source !== undefined) - Number(b.source !== undefined));
  const balances = (server: string): boolean => balancers.some(plan => plan.server === server);
  const watched = ({ server }: PartPlan): PartId[] =>
    balances(server)
      ? [
          ...ids(balancers.filter(plan => plan.server === server)),
          ...ids(failovers.filter(other => other.server !== server && balances(other.server))),
        ]
      : ids(databases);
  return {
    ...topology,
    links: [
      ...link(['browser'], ids(fronts)),
      ...link(ids(cdns), origin),
      ...link(ids(balancers), [...ids(caches), ...ids(webs)]),
      ...link(ids(caches), ids(webs)),
      ...webs.flatMap(web => link([web.id], ids(apps.filter(app => app.server === web.server)))),
      ...apps.flatMap(app => link([app.id], ids(databases))),
      ...[...dns, ...dbs].flatMap(({ id, source }) => (source ? link([id], [source]) : [])),
      ...failovers.flatMap(plan => link([plan.id], watched(plan))),
    ],
  };
};

const changed = (topology: Topology, servers: readonly ServerPlan[]): Changed => ({
  topology: wired({ ...topology, changed: true, servers }),
});

/** Servers stand in the order of a request, those of one kind by their numbers. */
const inserted = (servers: readonly ServerPlan[], server: ServerPlan): ServerPlan[] => {
  const rank = ({ name }: ServerPlan): number =>
    ['dns', 'cdn', 'balancer', 'cache', 'server', 'db', 'manager'].indexOf(name.replace(/-\d+$/, ''));
  return [...servers, server].toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
};

const withParts = (
  servers: readonly ServerPlan[],
  change: (plan: PartPlan) => PartPlan,
): readonly ServerPlan[] => servers.map(server => ({ ...server, parts: server.parts.map(change) }));

/** The lowest number that no server of this kind has. */
const freeNumber = (topology: Topology, kind: string): number => {
  for (let number = 1; ; number++)
    if (!topology.servers.some(({ name }) => name === `${kind}-${number}`)) return number;
};

const count = (topology: Topology, name: PartName): number => partsNamed(topology, name).length;

const needsBalancer = (what: string): Changed => ({
  problem: `${what} needs somebody in front who sends requests to it: add balancer first`,
});

const enough = (what: Addition): Changed => ({
  problem: `this lab has at most ${most[what] ?? 1} of that kind, and they are there`,
});

const addBalancer = (topology: Topology): Changed => {
  const number = freeNumber(topology, 'balancer');
  if (number > 2) return enough('balancer');
  if (number === 1) {
    // It takes the public address over; the server goes behind it.
    const servers = topology.servers.map(server =>
      server.ip === siteIp ? behind(server, inside(11)) : server,
    );
    return changed(topology, inserted(servers, proxyServer('balancer', 1, siteIp)));
  }
  const standby = withFailover({
    name: 'balancer-2',
    ip: inside(2),
    parts: [part('balancer', 'balancer-2', siteIp, 80, { secure: { host: siteIp, port: 443 } })],
  });
  const servers = topology.servers.map(server =>
    server.name === 'balancer-1' ? withFailover(server) : server,
  );
  return changed(topology, inserted(servers, standby));
};

/** A pair of balancers needs somebody on each who notices that the other one is gone. */
const withFailover = (server: ServerPlan): ServerPlan => ({
  ...server,
  parts: [...server.parts, part('failover', server.name, local, 8405)],
});

const behind = (server: ServerPlan, ip: string): ServerPlan => ({
  ...server,
  ip,
  parts: server.parts.map(plan => {
    if (plan.part !== 'web') return plan;
    const { secure: _, ...rest } = plan;
    return { ...rest, address: { host: ip, port: 80 }, open: false };
  }),
});

const addServer = (topology: Topology): Changed => {
  const number = freeNumber(topology, 'server');
  if (count(topology, 'balancer') === 0) return needsBalancer('a second server');
  if (number > (most.server ?? 0)) return enough('server');
  return changed(topology, inserted(reachableDb(topology.servers), webServer(number, inside(10 + number))));
};

/** A database that other machines use listens at its machine's address. */
const reachableDb = (servers: readonly ServerPlan[]): readonly ServerPlan[] =>
  servers.map(server => ({
    ...server,
    parts: server.parts.map(plan =>
      plan.part === 'db' ? { ...plan, address: { ...plan.address, host: server.ip } } : plan,
    ),
  }));

const dbServer = (number: number, source?: PartId): ServerPlan => {
  const [name, ip] = [`db-${number}`, inside(20 + number)];
  return { name, ip, parts: [part('db', name, ip, 3306, source ? { source } : {})] };
};

const addReplica = (topology: Topology): Changed => {
  const primary = primaryOf(topology);
  if (!primary) return { problem: 'there is no primary whose changes it could repeat' };
  if (count(topology, 'db') > (most.replica ?? 0)) return enough('replica');
  // db-1 is the name of the primary's own machine, should it get one.
  const number = Math.max(2, freeNumber(topology, 'db'));
  const next = partById(topology, `db@db-${number}`) ? 3 : number;
  return changed(topology, inserted(reachableDb(topology.servers), dbServer(next, primary.id)));
};

const addDns = (topology: Topology): Changed =>
  count(topology, 'dns') >= 2
    ? enough('dns')
    : changed(topology, inserted(topology.servers, nameServer(freeNumber(topology, 'dns'))));

const addCache = (topology: Topology): Changed => {
  if (count(topology, 'cache') > 0) return enough('cache');
  if (count(topology, 'balancer') === 0) return needsBalancer('a cache');
  return changed(topology, inserted(topology.servers, proxyServer('cache', 1, inside(31))));
};

const addCdn = (topology: Topology): Changed =>
  count(topology, 'cdn') > 0
    ? enough('cdn')
    : changed(topology, inserted(topology.servers, proxyServer('cdn', 1, cdnIp)));

const addFailover = (topology: Topology): Changed => {
  if (topology.servers.some(({ name }) => name === 'manager-1')) return enough('failover');
  if (count(topology, 'db') < 2)
    return { problem: 'nothing could take over from the database: add replica first' };
  const manager = {
    name: 'manager-1',
    ip: inside(41),
    parts: [part('failover', 'manager-1', inside(41), 8405)],
  };
  return changed(topology, inserted(topology.servers, manager));
};

const add: Record<Addition, (topology: Topology) => Changed> = {
  balancer: addBalancer,
  server: addServer,
  replica: addReplica,
  dns: addDns,
  cache: addCache,
  cdn: addCdn,
  failover: addFailover,
};

const moveDb = (topology: Topology): Changed => {
  const primary = primaryOf(topology);
  if (!primary) return { problem: 'there is no database to move' };
  const server = topology.servers.find(({ name }) => name === primary.server);
  if (server?.parts.length === 1) return { problem: `the database has a server of its own: ${server.name}` };
  const moved = dbServer(1);
  const to: PartId = `db@${moved.name}`;
  const without = topology.servers.map(other => ({
    ...other,
    parts: other.parts
      .filter(({ id }) => id !== primary.id)
      .map(plan => (plan.source === primary.id ? { ...plan, source: to } : plan)),
  }));
  // The new one repeats the old one first, so that nobody has to wait while the data is copied.
  const copying = wired({
    ...topology,
    changed: true,
    servers: inserted(reachableDb(topology.servers), dbServer(1, primary.id)),
  });
  return {
    topology: wired({ ...topology, changed: true, servers: inserted(without, moved) }),
    via: [copying],
  };
};

const promote = (topology: Topology, server: string): Changed => {
  const plan = partById(topology, `db@${server}`);
  if (!plan) return { problem: `there is no database on ${server}` };
  if (plan.source === undefined) return { problem: `${plan.id} is the primary already` };
  const { source: _, ...primary } = plan;
  return changed(
    topology,
    withParts(topology.servers, other => {
      if (other.id === plan.id) return primary;
      return other.part === 'db' ? { ...other, source: plan.id } : other;
    }),
  );
};

const scale = (topology: Topology, server: string, workers: number): Changed => {
  const plan = partById(topology, `app@${server}`);
  if (!plan) return { problem: `there is no application server on ${server}` };
  if (!Number.isInteger(workers) || workers < 1)
    return { problem: 'an application server has at least 1 worker' };
  if (workers > mostWorkers)
    return {
      problem: `${server} bears ${mostWorkers} workers at most: no larger machine can be bought here; more servers can be added`,
    };
  if (plan.workers === workers) return { problem: `${plan.id} has ${workers} workers already` };
  return changed(
    topology,
    withParts(topology.servers, other => (other.id === plan.id ? { ...other, workers } : other)),
  );
};

const takeOver = (topology: Topology, server: string): Changed => {
  const plan = partById(topology, `balancer@${server}`);
  if (!plan) return { problem: `there is no balancer on ${server}` };
  if (plan.open) return { problem: `${server} holds ${siteIp} already` };
  const own = (name: string): string => inside(Number(name.replace(/\D+/, '')));
  const servers = topology.servers.map(other => {
    if (!other.parts.some(({ part: kind }) => kind === 'balancer')) return other;
    const holds = other.name === server;
    const parts = other.parts.map(each => (each.part === 'balancer' ? { ...each, open: holds } : each));
    return { ...other, ip: holds ? siteIp : own(other.name), parts };
  });
  return changed(topology, servers);
};

/** The topology after a change; refused, with the reason, when the change makes no sense (yet). */
export const changeTopology = (topology: Topology, change: Change): Changed => {
  switch (change.type) {
    case 'add':
      return add[change.what](topology);
    case 'move-db':
      return moveDb(topology);
    case 'promote':
      return promote(topology, change.server);
    case 'scale':
      return scale(topology, change.server, change.workers);
    case 'take-over':
      return takeOver(topology, change.server);
  }
};

const made = (name: TopologyName, from: Topology, ...changes: Change[]): Topology => {
  let topology = from;
  for (const change of changes) {
    const next = changeTopology(topology, change);
    if (!next.topology) throw new Error(`${name}: ${next.problem}`);
    topology = next.topology;
  }
  const { changed: _, ...unchanged } = topology;
  return { ...unchanged, name };
};

const adding = (...whats: Addition[]): Change[] => whats.map(what => ({ type: 'add', what }));

export const topologyByName = (name: TopologyName): Topology => {
  switch (name) {
    case 'one-server':
      return oneServer();
    case 'balanced':
      return made(name, oneServer(), ...adding('balancer', 'server'), { type: 'move-db' });
    case 'replicated':
      return made(name, topologyByName('balanced'), ...adding('replica'));
    case 'mended':
      return made(name, topologyByName('replicated'), ...adding('balancer', 'server', 'dns', 'failover'));
  }
};
