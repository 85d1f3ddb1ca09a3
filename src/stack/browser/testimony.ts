import { setTimeout as sleep } from 'node:timers/promises';
import type { Evidence } from '../parts/part.ts';
import type { PartName, PartPlan } from '../topology.ts';
import { type AppHop, cameFromCache, type DbHop, type Hop, type WebHop } from './trace.ts';

/** A part that reports what it did for single requests. */
export interface Witness {
  plan: Pick<PartPlan, 'part' | 'server'>;
  evidence: Evidence;
}

export interface Case {
  requestId: string;
  /** Who accepted the connection. */
  front: Pick<PartPlan, 'part' | 'server'>;
  /** The app server that signed the answer, of `X-Served-By: app@server-1`. */
  appServer: string | undefined;
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
  const { front, appServer } = about;
  const named = (part: PartName, server?: string) =>
    witnesses.filter(({ plan }) => plan.part === part && (server === undefined || plan.server === server));

  const web = await ask(named(front.part, front.server), 'web', about, about.evidenceMs);
  const passedOn = (web?.upstream.length ?? 0) > 0;
  const app =
    appServer !== undefined && !(web && cameFromCache(web))
      ? await ask(named('app', appServer), 'app', about, about.evidenceMs)
      : passedOn
        ? await ask(named('app'), 'app', about, 0)
        : undefined;
  const answered = app?.queries ?? 0;
  // MariaDB writes its log after its answer, so the last statement may not be there yet.
  const db =
    answered > 0
      ? await ask(named('db'), 'db', about, about.evidenceMs, ({ queries }) => queries.length >= answered)
      : undefined;
  return [web, app, db].filter(hop => hop !== undefined);
};

const ask = async <P extends 'web' | 'app' | 'db'>(
  witnesses: readonly Witness[],
  part: P,
  { requestId, signal }: Case,
  waitMs: number,
  isWhole: (hop: Extract<Hop, { part: P }>) => boolean = () => true,
): Promise<Extract<Hop, { part: P }> | undefined> => {
  if (witnesses.length === 0) return undefined;
  const end = performance.now() + waitMs;
  for (;;) {
    const hops = await Promise.all(
      witnesses.map(({ evidence }) => evidence.find(requestId).catch(() => undefined)),
    );
    const hop = hops.find(found => found?.part === part) as Extract<Hop, { part: P }> | undefined;
    if (hop && isWhole(hop)) return hop;
    if (performance.now() >= end) return hop;
    await sleep(pollMs, undefined, signal ? { signal } : {});
  }
};
