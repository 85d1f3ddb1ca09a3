import type { Failure } from './trace.ts';

/** What is known about the addresses of a name. */
export interface Known {
  addresses: string[];
  failure?: Extract<Failure, 'nxdomain' | 'nodata'>;
}

export interface NameCache {
  /** With the seconds for which it may still be used. */
  look(name: string): (Known & { ttl: number }) | undefined;
  keep(name: string, known: Known, ttl: number): void;
  clear(): void;
}

/** Remembers addresses, and that there are none, each for its TTL (RFC 1034, RFC 2308). `now` is in milliseconds. */
export const createNameCache = (now: () => number): NameCache => {
  const entries = new Map<string, Known & { expires: number }>();
  return {
    look(name) {
      const entry = entries.get(name);
      if (!entry) return undefined;
      const ttl = Math.ceil((entry.expires - now()) / 1000);
      if (ttl <= 0) {
        entries.delete(name);
        return undefined;
      }
      const { expires: _, ...known } = entry;
      return { ...known, ttl };
    },
    keep(name, known, ttl) {
      if (ttl > 0) entries.set(name, { ...known, expires: now() + ttl * 1000 });
    },
    clear: () => entries.clear(),
  };
};
