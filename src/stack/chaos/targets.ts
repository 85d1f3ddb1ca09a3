import type { Topology } from '../topology.ts';

/** Every server, and every part of a server that has several: one alone is the same as its server. Pure. */
export const chaosTargets = ({ servers }: Topology): string[] =>
  servers.flatMap(({ name, parts }) => [name, ...(parts.length > 1 ? parts.map(({ id }) => id) : [])]);
