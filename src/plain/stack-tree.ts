/** How servers stand below each other: whoever gets requests from another stands one level deeper. */
import type { ServerPlan, Topology } from '../stack/topology.ts';

export interface Branch {
  server: ServerPlan;
  /** 0: the browser's own next. */
  level: number;
  /** Somebody above sends requests to it now. */
  linked: boolean;
  /** One for each level before its own: whether a line passes by there, to a server further down. */
  rails: readonly boolean[];
  /** Another linked one of its level follows in the same group. */
  goesOn: boolean;
}

const serverOf = (id: string): string => id.split('@')[1] ?? '';

export const stackTree = (topology: Topology): Branch[] => {
  const { servers } = topology;
  const levels = levelsOf(topology);
  const rows = servers.map(server => ({
    server,
    level: levels.get(server.name) ?? 0,
    linked: levels.has(server.name) && requestsOf(topology).some(({ to }) => serverOf(to) === server.name),
  }));
  const goesOn = (from: number, level: number): boolean => {
    for (const row of rows.slice(from + 1)) {
      if (row.level < level) return false;
      if (row.level === level && row.linked) return true;
    }
    return false;
  };
  return rows.map((row, index) => ({
    ...row,
    rails: Array.from({ length: row.level }, (_, level) => goesOn(index, level)),
    goesOn: goesOn(index, row.level),
  }));
};

/** Repeating a neighbour's data and watching it are no requests of visitors. */
const requestsOf = ({ links }: Topology): readonly { from: string; to: string }[] =>
  links.filter(({ from, to }) => !from.startsWith('failover@') && from.split('@')[0] !== to.split('@')[0]);

const levelsOf = (topology: Topology): ReadonlyMap<string, number> => {
  const links = requestsOf(topology);
  const levels = new Map<string, number>();
  for (const { from, to } of links) if (from === 'browser') levels.set(serverOf(to), 0);
  // Who stands by gets nothing now, and stands beside the one that it would replace.
  const kind = (name: string): string => name.replace(/-\d+$/, '');
  for (const { name } of topology.servers) {
    const twin = [...levels].find(([other]) => kind(other) === kind(name));
    if (twin && !levels.has(name)) levels.set(name, twin[1]);
  }
  for (let level = 0; level < topology.servers.length; level++)
    for (const { from, to } of links)
      if (levels.get(serverOf(from)) === level && !levels.has(serverOf(to)))
        levels.set(serverOf(to), level + 1);
  return levels;
};
