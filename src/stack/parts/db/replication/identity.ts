/** Which database a part is among all of the run, and whom it repeats. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Endpoint } from '../../../address-book.ts';
import type { Placement } from '../../part.ts';

let given = 0;

export const serverIdFile = ({ dir }: Pick<Placement, 'dir'>): string => join(dir, 'server-id');

/**
 * Belongs to the data, and goes with it: one that is rebuilt gets another number. MariaDB skips transactions that
 * bear its own, so it would miss what it had written in its former life.
 */
export const serverIdOf = (at: Pick<Placement, 'dir'>): number => {
  const file = serverIdFile(at);
  if (existsSync(file)) return Number(readFileSync(file, 'utf8'));
  writeFileSync(file, String(++given));
  return given;
};

/** Where a replica finds its source, and how it logs in there; nothing for a primary. */
export const sourceOf = (
  at: Pick<Placement, 'plan' | 'peers' | 'accounts'>,
): (Endpoint & { user: string; password: string }) | undefined => {
  const source = at.peers('db').find(({ plan }) => plan.id === at.plan.source);
  return source && { host: source.here.host, port: source.here.port, ...at.accounts.replication };
};
