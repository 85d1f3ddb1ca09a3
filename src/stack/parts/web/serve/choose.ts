import type { Locations, Server, ServerName, Target } from '../conf/model.ts';

const matches = (name: ServerName, host: string): boolean => {
  if (name.kind === 'pattern') return name.pattern.test(host);
  if (name.kind === 'exact') return name.name === host;
  if (name.kind === 'trailing') return host.startsWith(name.name) && host.length > name.name.length;
  return host.endsWith(name.name) && host.length > name.name.length;
};

/** Lower is better: exact names, then the longest wildcard in front, behind, then the first pattern. */
const rank = (name: ServerName): number => {
  if (name.kind === 'pattern') return 3e6;
  const group = { exact: 0, leading: 1e6, trailing: 2e6 }[name.kind];
  return group - name.name.length;
};

/** The server whose name fits best; otherwise the default one: marked so, or the first. */
export const chooseServer = (
  servers: readonly Server[],
  isDefault: (server: Server) => boolean,
  host: string,
): Server => {
  let best: Server | undefined;
  let bestRank = Number.POSITIVE_INFINITY;
  for (const server of servers) {
    for (const name of server.names) {
      const found = rank(name);
      if (found < bestRank && matches(name, host)) {
        best = server;
        bestRank = found;
      }
    }
  }
  return best ?? servers.find(isDefault) ?? (servers[0] as Server);
};

export interface Choice {
  target: Target;
  captures?: RegExpExecArray;
  /** The URI with the `/` that it lacks to fit a location which passes requests on. */
  redirect?: string;
}

/**
 * nginx's order: `=`; then the longest prefix, which is final with `^~`; then the first pattern that fits; then
 * that prefix.
 */
export const chooseLocation = (locations: Locations, uri: string): Choice | undefined => {
  const exact = locations.exact.get(uri);
  if (exact) return { target: exact };
  let longest: Locations['prefixes'][number] | undefined;
  let slashed: Choice | undefined;
  for (const location of locations.prefixes) {
    const { prefix, target } = location;
    if (uri.startsWith(prefix)) {
      longest = location;
      break;
    }
    if (target.pass && prefix.length === uri.length + 1 && prefix.startsWith(uri) && prefix.endsWith('/')) {
      slashed = { target, redirect: prefix };
    }
  }
  if (longest?.final) return { target: longest.target };
  for (const { pattern, target } of locations.patterns) {
    const captures = pattern.exec(uri);
    if (captures) return { target, captures };
  }
  if (slashed) return slashed;
  return longest && { target: longest.target };
};
