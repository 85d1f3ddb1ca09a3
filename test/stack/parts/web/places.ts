import type { Endpoint } from '../../../../src/stack/address-book.ts';
import type { Peer, Placement } from '../../../../src/stack/parts/part.ts';
import type { PartName, PartPlan } from '../../../../src/stack/topology.ts';

interface Wish {
  dir: string;
  siteDir: string;
  listen: Endpoint;
  secure?: Endpoint;
  plan?: PartPlan;
  /** Port of the application, for a web server. */
  app?: number;
  /** Whom the part sends requests to. */
  peers?: readonly Peer[];
}

export const planOf = (
  part: PartName,
  server: string,
  host: string,
  more: Partial<PartPlan> = {},
): PartPlan => ({
  id: `${part}@${server}`,
  part,
  server,
  address: { host, port: 80 },
  open: false,
  ...more,
});

export const peer = (part: PartName, server: string, host: string, port: number, open = false): Peer => ({
  plan: planOf(part, server, host, { open }),
  here: { host: '127.0.0.1', port },
});

/** A part in its place; without a plan the web server of a single machine. */
export const placed = ({
  plan = planOf('web', 'server-1', '8.8.8.8', { open: true }),
  app = 1,
  peers = [peer('app', 'server-1', '127.0.0.1', app)],
  ...at
}: Wish): Placement => ({
  ...at,
  plan,
  peers: part => peers.filter(other => other.plan.part === part),
  followers: () => [],
  site: () => ({ www: '8.8.8.8', apex: '8.8.8.8', nameServers: [] }),
  accounts: {
    database: '',
    web: { user: '', password: '' },
    admin: { user: '', password: '' },
    replication: { user: '', password: '' },
  },
});
