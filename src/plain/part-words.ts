/** What parts of a stack are called on screen, and in which role they play. */
import { plannedRole } from '../lab/role.ts';
import type { Trace } from '../stack/browser/trace.ts';
import type { PartStatus } from '../stack/stack.ts';
import type { PartName, PartPlan, Topology } from '../stack/topology.ts';

/** What a part is, for people; shown where there is room. */
export const kinds: Record<PartName, string> = {
  dns: 'name server',
  cdn: 'CDN',
  balancer: 'load balancer',
  cache: 'cache',
  web: 'web server',
  app: 'app server',
  db: 'database',
  failover: 'watcher',
};

/** What tells a part from the others of its name; nothing where there is no other, or nothing differs. */
export const roleOf = (
  plan: PartPlan,
  topology: Topology,
  parts: readonly PartStatus[],
): string | undefined => {
  if (plan.part !== 'app') return plannedRole(plan, topology);
  const versions = parts.flatMap(({ part, version }) => (part === 'app' && version ? [version] : []));
  // The first version goes without saying, until there is another one.
  return versions.some(version => version !== 'v1')
    ? parts.find(({ id }) => id === plan.id)?.version
    : undefined;
};

/** Which parts saw a request: by what each said about itself, where several have the same name. */
export const sawRequest =
  ({ via, hops }: Trace) =>
  ({ part, server, address }: PartPlan): boolean => {
    if (!via.includes(part)) return false;
    const said = hops.flatMap(hop => (hop.part === part && 'server' in hop ? [hop.server] : []));
    // A name server is known by its address, the others by their server.
    return (
      said.length === 0 || said.some(name => name === server || name === `${address.host}:${address.port}`)
    );
  };
