import type { Pass } from '../conf/model.ts';
import type { Exchange } from './exchange.ts';
import { passedReply } from './passed-reply.ts';
import { error, type Outcome } from './reply.ts';
import { type Forwarded, forward } from './upstream/forward.ts';

let caching: typeof import('./cache/proxy-cached.ts') | undefined;

/** Answers with what the upstream says. */
export const proxy = async (x: Exchange, pass: Pass): Promise<Outcome> => {
  if (x.target.settings.proxy_cache !== 'off') {
    // Most configurations have no cache.
    caching ??= await import('./cache/proxy-cached.ts');
    return caching.proxyCached(x, pass, x.target.settings.proxy_cache);
  }
  return outcomeOf(x, pass, await forward(x, pass));
};

export const outcomeOf = (x: Exchange, pass: Pass, forwarded: Forwarded): Outcome => {
  if (forwarded.kind === 'none') return forwarded;
  if (forwarded.kind === 'failed') return error(forwarded.status);
  const { head, body } = forwarded;
  const { settings } = x.target;
  x.upstreamHeaders = head.raw;
  if (
    settings.proxy_intercept_errors &&
    head.status >= 300 &&
    settings.error_page.some(({ codes }) => codes.includes(head.status))
  ) {
    if (typeof body !== 'string') body.destroy();
    return error(head.status);
  }
  return passedReply(x, pass, head, body);
};
