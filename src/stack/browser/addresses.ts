import { isIP } from 'node:net';
import type { Lookup } from './lookup.ts';
import type { Known, NameCache } from './name-cache.ts';
import type { Stopwatch } from './stopwatch.ts';
import type { DnsHop, Failure, NamesHop } from './trace.ts';

export interface NameCaches {
  browser: NameCache;
  system: NameCache;
}

export interface Found {
  addresses: string[];
  hops: (NamesHop | DnsHop)[];
  failure?: Extract<Failure, 'nxdomain' | 'nodata' | 'dns-unreachable'>;
  message?: string;
}

/** The addresses of a host: from the browser's cache, else the system's, else from the name server, which fills both. */
export const findAddresses = async (
  host: string,
  caches: NameCaches,
  askServer: (name: string) => Promise<Lookup>,
  watch: Stopwatch,
): Promise<Found> => {
  if (isIP(host)) return { addresses: [host], hops: [] };
  const name = host.toLowerCase();
  const hops: NamesHop[] = [];
  for (const level of ['browser', 'system'] as const) {
    const startMs = watch.now();
    const known = caches[level].look(name);
    hops.push(namesHop(level, name, known, { startMs, durationMs: watch.since(startMs) }));
    if (!known) continue;
    if (level === 'system') caches.browser.keep(name, known, known.ttl);
    const { addresses, failure, ttl } = known;
    if (!failure) return { addresses, hops };
    const remembered = `the ${level}'s cache remembers for ${ttl} s more that ${name} has no ${failure === 'nodata' ? 'address' : 'entry in DNS'}`;
    return { addresses, hops, failure, message: remembered };
  }

  const { outcome, values: addresses, ttl, message, hops: asked } = await askServer(name);
  if (outcome !== 'dns-unreachable') {
    const known: Known = outcome === 'ok' ? { addresses } : { addresses, failure: outcome };
    caches.system.keep(name, known, ttl);
    caches.browser.keep(name, known, ttl);
  }
  return {
    addresses,
    hops: [...hops, ...asked],
    ...(outcome === 'ok' ? {} : { failure: outcome }),
    ...(message === undefined ? {} : { message }),
  };
};

const namesHop = (
  level: NamesHop['level'],
  name: string,
  known: (Known & { ttl: number }) | undefined,
  times: { startMs: number; durationMs: number },
): NamesHop => {
  const base = { part: 'names', level, name, hit: known !== undefined, ...times } as const;
  if (!known) return base;
  const [address] = known.addresses;
  return {
    ...base,
    ttl: known.ttl,
    ...(address === undefined ? {} : { address }),
    ...(known.failure ? { failure: known.failure } : {}),
  };
};
