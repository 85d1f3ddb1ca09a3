import { isIP } from 'node:net';
import type { Patience } from '../browser/dns-client.ts';
import { type Lookup, lookUp, type NameServer } from '../browser/lookup.ts';
import { createNameCache, type Known } from '../browser/name-cache.ts';
import { startStopwatch } from '../browser/stopwatch.ts';

/** The addresses of a name, or why there are none. */
export interface FoundNames {
  addresses: readonly string[];
  failure?: Exclude<Lookup['outcome'], 'ok'>;
  message?: string;
}

export interface Names {
  find(host: string): Promise<FoundNames>;
  forget(): void;
}

/**
 * Asks the lab's name servers and remembers what they said, also that there is nothing, for the TTL of the answer.
 * `now` is in milliseconds since 1970.
 */
export const createNames = (
  servers: () => readonly NameServer[],
  patience: Patience,
  now: () => number,
): Names => {
  const cache = createNameCache(now);
  const underWay = new Map<string, Promise<FoundNames>>();

  const ask = async (name: string): Promise<FoundNames> => {
    const {
      outcome,
      values: addresses,
      ttl,
      message = '',
    } = await lookUp(servers(), name, 'A', patience, startStopwatch());
    if (outcome === 'ok') cache.keep(name, { addresses }, ttl);
    else if (outcome !== 'dns-unreachable') cache.keep(name, { addresses, failure: outcome }, ttl);
    return outcome === 'ok' ? { addresses } : { addresses, failure: outcome, message };
  };

  return {
    find(host) {
      if (isIP(host)) return Promise.resolve({ addresses: [host] });
      const known = cache.look(host);
      if (known)
        return Promise.resolve({ ...known, ...(known.failure && { message: remembered(host, known) }) });
      const running = underWay.get(host);
      if (running) return running;
      const asked = ask(host).finally(() => underWay.delete(host));
      underWay.set(host, asked);
      return asked;
    },
    forget: () => cache.clear(),
  };
};

const remembered = (name: string, { failure, ttl }: Known & { ttl: number }): string =>
  `the proxy remembers for ${ttl} s more that ${name} has no ${failure === 'nodata' ? 'address' : 'entry in DNS'}`;
