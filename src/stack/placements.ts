import { join } from 'node:path';
import type { AddressBook, Endpoint } from './address-book.ts';
import type { Accounts, Placement } from './parts/part.ts';
import {
  linkedFrom,
  type PartId,
  type PartPlan,
  partById,
  partsOf,
  siteIp,
  type Topology,
} from './topology.ts';

interface Ground {
  runDir: string;
  accounts: Accounts;
  book: AddressBook;
  /** The plan that holds, or that is being made real. */
  planned(): Topology;
}

export const siteDirOf = (runDir: string, server: string): string => join(runDir, server, 'site');

/** What the engine of a part is told; it follows the plan. A second process of the same part has a place of its own. */
export const placementOf = (
  id: PartId,
  { runDir, accounts, book, planned }: Ground,
  { folder, listen = book.here(id) }: { folder?: string; listen?: Endpoint } = {},
): Placement => {
  const plan = (): PartPlan => {
    const found = partById(planned(), id);
    if (found) last = found;
    if (!last) throw new Error(`${id} is not in the plan`);
    return last;
  };
  // Of a part that is on its way out the last one goes on to hold.
  let last: PartPlan | undefined;
  const { part, server } = plan();
  const listed = (plans: readonly PartPlan[], name: string) =>
    plans
      .filter(other => other.part === name)
      .map(other => ({
        plan: other,
        here: other.server === server ? book.here(other.id) : book.reach(other.id),
      }));
  return {
    get plan() {
      return plan();
    },
    dir: join(runDir, server, folder ?? part),
    siteDir: siteDirOf(runDir, server),
    listen,
    get secure() {
      return plan().secure && book.place(id)?.secure;
    },
    accounts,
    peers: name => listed(linkedFrom(planned(), id), name),
    followers: () =>
      listed(
        partsOf(planned()).filter(({ source }) => source === id),
        part,
      ),
    site: () => {
      const all = partsOf(planned());
      return {
        www: all.find(other => other.part === 'cdn')?.address.host ?? siteIp,
        apex: siteIp,
        nameServers: all.filter(other => other.part === 'dns').map(({ address }) => address.host),
      };
    },
  };
};
