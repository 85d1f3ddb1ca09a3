import { Readable } from 'node:stream';
import type { CacheZone, Pass } from '../../conf/model.ts';
import type { CacheStatus, Exchange } from '../exchange.ts';
import { report } from '../logs.ts';
import { outcomeOf } from '../proxy.ts';
import { error, type Outcome, type Reply } from '../reply.ts';
import { type Forwarded, forward } from '../upstream/forward.ts';
import { upstreamPath } from '../upstream/request.ts';
import type { Meta } from './file.ts';
import { keep, renew } from './keep.ts';
import { failureUntil, holds, lifetimeOf, now, renewedLifetime, variantOf } from './policy.ts';
import { keptReply, questionsAbout } from './reply.ts';
import { type Item, type Store, storeOf, type Update } from './store.ts';

/** What one request does with a cache. */
interface Use {
  x: Exchange;
  pass: Pass;
  store: Store;
}

/** Answers from the cache, or asks the upstream and perhaps keeps what it says. */
export const proxyCached = async (x: Exchange, pass: Pass, zone: CacheZone): Promise<Outcome> => {
  const { settings } = x.target;
  if (!settings.proxy_cache_methods.has(x.method)) return outcomeOf(x, pass, await forward(x, pass));
  const key = settings.proxy_cache_key?.(x) ?? `http://${pass.host}${upstreamPath(x, pass)}`;
  const use: Use = { x, pass, store: storeOf(zone) };
  const find = (): Item => {
    const item = use.store.find(key);
    const { vary = '', variant = '' } = item.kept?.meta ?? {};
    const own = vary && variantOf(x, vary);
    return own === variant ? item : use.store.find(`${key}\n${own}`);
  };
  let item = find();
  if (holds(settings.proxy_cache_bypass, x)) return fetch(use, item, 'BYPASS');
  for (const begun = Date.now(); ; item = find()) {
    const known = fromCache(use, item);
    if (known) return known;
    if (item.kept) return fetch(use, item, 'EXPIRED', begin(item));
    if (item.uses < settings.proxy_cache_min_uses) return fetch(use, undefined, 'MISS');
    if (!settings.proxy_cache_lock) return fetch(use, item, 'MISS');
    if (!isUpdating(x, item)) return fetch(use, item, 'MISS', begin(item));
    const patience = begun + settings.proxy_cache_lock_timeout - Date.now();
    if (patience <= 0) return fetch(use, undefined, 'MISS');
    await settled(item.update as Update, patience);
  }
};

/** What needs no upstream, at least not now. */
const fromCache = (use: Use, item: Item): Outcome | undefined => {
  const { x } = use;
  const { settings } = x.target;
  if (item.failure && item.failure.until >= now()) {
    x.cache = 'HIT';
    return error(item.failure.status);
  }
  if (!item.kept) return undefined;
  const { valid, whileUpdating } = item.kept.meta;
  if (valid >= now()) return answered(use, item, 'HIT');
  if (!settings.proxy_cache_use_stale.has('updating') && valid + whileUpdating < now()) return undefined;
  if (isUpdating(x, item)) return answered(use, item, 'UPDATING');
  if (!settings.proxy_cache_background_update) return undefined;
  const update = begin(item);
  // Its tries are no concern of the one who is answered now.
  const behind: Use = { ...use, x: { ...x, tries: [] } };
  const stale = answered(use, item, 'STALE');
  void fetch(behind, item, 'EXPIRED', update).then(
    outcome => outcome.kind === 'reply' && discardBody(outcome.body),
    problem => report(x, 'alert', `cannot update the cache: ${problem}`),
  );
  return stale;
};

const discardBody = (body: Reply['body']): void => {
  if (body instanceof Readable) body.destroy();
};

const isUpdating = (x: Exchange, { update }: Item): boolean =>
  update !== undefined && Date.now() - update.since < x.target.settings.proxy_cache_lock_age;

const begin = (item: Item): Update => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const update: Update = {
    since: Date.now(),
    done: promise,
    end() {
      if (item.update === update) item.update = undefined;
      resolve();
    },
  };
  item.update = update;
  return update;
};

const settled = async ({ done }: Update, ms: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    done,
    new Promise(resolve => {
      timer = setTimeout(resolve, ms);
    }),
  ]);
  clearTimeout(timer);
};

/** The kept answer; undefined when its file was removed in this moment. */
const answered = ({ x, pass, store }: Use, item: Item, status: CacheStatus): Outcome | undefined => {
  const reply = keptReply(x, pass, store, item);
  if (reply) x.cache = status;
  return reply;
};

/** Asks the upstream. Without an item nothing is kept; an old answer in it may have to serve once more. */
const fetch = async (
  use: Use,
  item: Item | undefined,
  status: CacheStatus,
  update?: Update,
): Promise<Outcome> => {
  const { x, pass, store } = use;
  const { settings } = x.target;
  x.cache = status;
  const end = (): void => update?.end();
  const old = status === 'EXPIRED' ? item?.kept : undefined;
  try {
    const forwarded = await forward(x, pass, {
      detached: true,
      ...(x.method === 'HEAD' && settings.proxy_cache_convert_head && { method: 'GET' }),
      ...(old && settings.proxy_cache_revalidate && { more: questionsAbout(old.head) }),
    });
    if (!item || !old) return conclude(use, item, forwarded, end);
    const renewed =
      forwarded.kind === 'answer' && forwarded.head.status === 304 && settings.proxy_cache_revalidate;
    const stale = renewed || mayBeStale(x, old.meta, forwarded) ? answered(use, item, 'STALE') : undefined;
    if (!stale) return conclude(use, item, forwarded, end);
    if (renewed) {
      x.cache = 'REVALIDATED';
      const { status, raw } = old.head;
      const lifetime = renewedLifetime(settings, status, forwarded.head.raw, raw);
      if (lifetime) renew(x, store, item, lifetime);
    }
    if (forwarded.kind === 'answer') discardBody(forwarded.body);
    end();
    return stale;
  } catch (problem) {
    end();
    throw problem;
  }
};

/** Whether an old answer is better than what came of asking. */
const mayBeStale = (x: Exchange, { valid, ifError }: Meta, forwarded: Forwarded): boolean => {
  const { proxy_cache_use_stale: cases } = x.target.settings;
  if (forwarded.kind === 'answer') return cases.has(`http_${forwarded.head.status}`);
  return forwarded.kind === 'failed' && (cases.has(forwarded.why) || valid + ifError >= now());
};

/** The upstream's answer, kept when it may be; calls `end` when that is over. */
const conclude = (
  { x, pass, store }: Use,
  item: Item | undefined,
  forwarded: Forwarded,
  end: () => void,
): Outcome => {
  const { settings } = x.target;
  const outcome = outcomeOf(x, pass, forwarded);
  if (forwarded.kind === 'answer' && outcome.kind === 'reply') {
    const lifetime =
      item && !holds(settings.proxy_no_cache, x)
        ? lifetimeOf(settings, forwarded.head.status, forwarded.head.raw)
        : undefined;
    if (item && lifetime) return keep({ x, store, item, lifetime, ...forwarded, reply: outcome, end });
  } else if (item && outcome.kind === 'error' && (forwarded.kind === 'answer' || outcome.status > 500)) {
    const until = failureUntil(settings, outcome.status);
    if (until) item.failure = { status: outcome.status, until };
  }
  end();
  return outcome;
};
