import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint } from '../address-book.ts';
import type { Evidence } from '../parts/part.ts';
import type { PartName, PartPlan } from '../topology.ts';
import {
  type AppHop,
  cameFromCache,
  type DbHop,
  type Hop,
  isProxy,
  isWebHop,
  type UpstreamTry,
  type WebHop,
} from './trace.ts';

type Who = Pick<PartPlan, 'part' | 'server'>;

/** A part that reports what it did for single requests. */
export interface Witness {
  plan: Who & Pick<PartPlan, 'source'>;
  evidence: Evidence;
}

export interface Case {
  requestId: string;
  /** Who accepted the connection. */
  front: Who;
  /** The app server that signed the answer, of `X-Served-By: app@server-1`. */
  appServer: string | undefined;
  /** Who listens where on this machine. */
  entries: readonly { plan: PartPlan; here: Endpoint }[];
  /** Milliseconds to wait for one part; parts write their logs after the answer. */
  evidenceMs: number;
  signal: AbortSignal | undefined;
}

const pollMs = 1;

/**
 * The hops inside the servers, in the order of the request. Only parts that must have seen the request are
 * waited for; one that may have seen it is asked once.
 */
export const hear = async (
  witnesses: readonly Witness[],
  about: Case,
): Promise<(WebHop | AppHop | DbHop)[]> => {
  const { appServer, evidenceMs } = about;
  const chain = await follow(witnesses, about);
  const last = chain.at(-1)?.upstream.at(-1);
  const apps = (server: string | undefined) => named(witnesses, 'app', server);
  const app =
    appServer !== undefined && !chain.some(cameFromCache)
      ? await ask(apps(appServer), isAppHop, about, evidenceMs)
      : last
        ? await ask(apps(last.to?.part === 'app' ? last.to.server : undefined), isAppHop, about, 0)
        : undefined;
  const db = app && app.queries > 0 ? await askDatabases(witnesses, app.queries, about) : undefined;
  return [...chain, app, db].filter(hop => hop !== undefined);
};

const isAppHop = (hop: Hop): hop is AppHop => hop.part === 'app';
const isDbHop = (hop: Hop): hop is DbHop => hop.part === 'db';

const named = (witnesses: readonly Witness[], part: PartName, server?: string): Witness[] =>
  witnesses.filter(({ plan }) => plan.part === part && (server === undefined || plan.server === server));

/** From the front to where the last try of each leads. */
const follow = async (witnesses: readonly Witness[], about: Case): Promise<WebHop[]> => {
  const chain: WebHop[] = [];
  let next: Who | undefined = about.front;
  let waitMs = about.evidenceMs;
  // A configuration can be edited so that it leads round in a circle.
  while (next && isProxy(next.part) && !chain.some(hop => isSame(hop, next))) {
    const hop: WebHop | undefined = await ask(
      named(witnesses, next.part, next.server),
      isWebHop,
      about,
      waitMs,
    );
    if (!hop) break;
    const upstream: UpstreamTry[] = hop.upstream.map(one => introduced(one, about));
    chain.push({ ...hop, upstream });
    const last: UpstreamTry | undefined = upstream.at(-1);
    next = last?.to;
    // Who kept silent may have seen the request nevertheless.
    if (last?.headerMs === undefined) waitMs = 0;
  }
  return chain;
};

const isSame = (a: Who, b: Who | undefined): boolean => a.part === b?.part && a.server === b.server;

const introduced = (one: UpstreamTry, { entries }: Case): UpstreamTry => {
  const found = entries.find(({ here }) => `${here.host}:${here.port}` === one.address);
  if (!found) return one;
  const { part, server, address } = found.plan;
  return { ...one, to: { part, server, address } };
};

/** The application talks to the primary; one that has just been replaced may know of it, too. */
const askDatabases = async (
  witnesses: readonly Witness[],
  answered: number,
  about: Case,
): Promise<DbHop | undefined> => {
  const all = named(witnesses, 'db');
  const primaries = all.filter(({ plan }) => plan.source === undefined);
  // MariaDB writes its log after its answer, so the last statement may not be there yet.
  const isWhole = ({ queries }: DbHop): boolean => queries.length >= answered;
  return (
    (await ask(primaries, isDbHop, about, about.evidenceMs, isWhole)) ?? (await ask(all, isDbHop, about, 0))
  );
};

const ask = async <H extends Hop>(
  witnesses: readonly Witness[],
  isKind: (hop: Hop) => hop is H,
  { requestId, signal }: Case,
  waitMs: number,
  isWhole: (hop: H) => boolean = () => true,
): Promise<H | undefined> => {
  if (witnesses.length === 0) return undefined;
  const end = performance.now() + waitMs;
  for (;;) {
    const hops = await Promise.all(
      witnesses.map(({ evidence }) => evidence.find(requestId).catch(() => undefined)),
    );
    const hop = hops.find(found => found !== undefined && isKind(found)) as H | undefined;
    if (hop && isWhole(hop)) return hop;
    if (performance.now() >= end) return hop;
    await sleep(pollMs, undefined, signal ? { signal } : {});
  }
};

/** Who made the answer: the application if it has signed it, unless somebody had kept it; or the last who answered. */
export const makerOf = (
  { front, appServer }: Pick<Case, 'front' | 'appServer'>,
  hops: readonly Hop[],
): PartName => {
  const chain = hops.filter(isWebHop);
  const keeper = chain.find(cameFromCache);
  if (keeper) return keeper.part;
  if (appServer !== undefined) return 'app';
  let maker = front.part;
  for (const { part, upstream } of chain) {
    const last = upstream.at(-1);
    maker = part;
    // What it says of somebody who said nothing, it has made itself.
    if (last?.headerMs === undefined || !last.to || !isProxy(last.to.part)) break;
    maker = last.to.part;
  }
  return maker;
};
