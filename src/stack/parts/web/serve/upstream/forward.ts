import type { Pass, Peer } from '../../conf/model.ts';
import type { Balancer } from '../balance.ts';
import { bodySource, hasBody, readBody } from '../body.ts';
import type { Exchange, Try } from '../exchange.ts';
import { report } from '../logs.ts';
import type { AnswerBody } from './answer-body.ts';
import { type Answer, ask, type Failure } from './ask.ts';
import type { Head } from './head.ts';
import { upstreamPath } from './request.ts';
import type { Question } from './send-request.ts';

/** What came of passing a request on. */
export type Forwarded =
  | { kind: 'answer'; head: Head; body: AnswerBody }
  /** `why` in the words of `proxy_next_upstream`. */
  | { kind: 'failed'; status: number; why: string }
  /** The client has gone, or shall be left without an answer. */
  | { kind: 'none'; status: number };

/** What the cache wants otherwise. */
export interface Forwarding {
  method?: string;
  /** Names and values in turn. */
  more?: readonly string[];
  detached?: boolean;
}

/** RFC 9110, section 9.2.2: sending these twice could do their work twice. */
const unsafe = new Set(['POST', 'LOCK', 'PATCH']);

/** Chunks can be passed on only to whom understands HTTP/1.1. */
const streams = ({ request, target: { settings } }: Exchange): boolean =>
  !settings.proxy_request_buffering &&
  (request.headers['transfer-encoding'] === undefined || settings.proxy_http_version === '1.1');

const questionOf = (x: Exchange, path: string, forwarding: Forwarding): Question => {
  const { method = x.method, more = [], detached = false } = forwarding;
  const base = { method, path, more, detached };
  if (x.body) {
    const { bytes, size } = x.body;
    return { ...base, size, body: bytes ?? (() => bodySource(x.body)) };
  }
  if (!hasBody(x)) return { ...base, size: undefined, body: undefined };
  const length = x.request.headers['content-length'];
  return { ...base, body: 'stream', size: length === undefined ? undefined : Number(length) };
};

/** Passes the request on, to the next server where `proxy_next_upstream` says so. */
export const forward = async (
  x: Exchange,
  pass: Pass,
  balancer: Balancer,
  forwarding: Forwarding = {},
): Promise<Forwarded> => {
  // A body that came together with its head has arrived by the end of this turn.
  if (hasBody(x)) await undefined;
  if (x.body === undefined && hasBody(x) && (x.request.complete || !streams(x))) {
    const body = await readBody(x);
    if (typeof body === 'number') return faultOf(body);
    x.body = body;
  }
  const {
    proxy_next_upstream: next,
    proxy_next_upstream_tries,
    proxy_next_upstream_timeout,
  } = x.target.settings;
  const maximum = proxy_next_upstream_tries || Number.POSITIVE_INFINITY;
  const started = performance.now();
  const tried = new Set<Peer>();
  const path = upstreamPath(x, pass);
  const question = questionOf(x, path, forwarding);
  let again: Peer | undefined;
  for (let tries = 1; ; tries++) {
    const peer: Peer | undefined = again ?? balancer.next(tried);
    if (!peer) {
      x.tries.push({ address: pass.upstream.name, status: 502, responseMs: 0 });
      x.upstream = `http://${pass.upstream.name}${path}`;
      report(x, 'error', 'no live upstreams while connecting to upstream');
      return { kind: 'failed', status: 502, why: 'error' };
    }
    again = undefined;
    tried.add(peer);
    const record: Try = { address: peer.address };
    x.tries.push(record);
    x.upstream = `http://${peer.address}${peer.path === undefined ? '' : ':'}${path}`;
    const answer: Answer = await ask(x, peer, balancer.pool, question, record);
    const mayGoOn = (reason: string, sent: boolean): boolean =>
      next.has(reason) &&
      !(sent && unsafe.has(x.method) && !next.has('non_idempotent')) &&
      // What has been passed on piece by piece is gone.
      !(sent && question.body === 'stream') &&
      tries < maximum &&
      (proxy_next_upstream_timeout === 0 || performance.now() - started < proxy_next_upstream_timeout) &&
      tries < balancer.size;

    if (answer.failure === undefined) {
      const { head, body } = answer;
      const reason = `http_${head.status}`;
      if (next.has(reason)) {
        if (reason !== 'http_403' && reason !== 'http_404') balancer.failed(peer);
        if (mayGoOn(reason, true)) {
          if (typeof body !== 'string') body.destroy();
          continue;
        }
      } else balancer.succeeded(peer);
      return { kind: 'answer', head, body };
    }
    const { failure } = answer;
    if (failure === 'left' || failure === 408 || failure === 413) return faultOf(failure);
    if (failure === 'full') {
      record.status = 500;
      return { kind: 'failed', status: 500, why: 'full' };
    }
    record.status = failure === 'timeout' ? 504 : 502;
    // An idle connection that was closed in the meantime says nothing about the server.
    if (answer.reused && failure === 'error' && !unsafe.has(x.method) && question.body !== 'stream') {
      again = peer;
      continue;
    }
    balancer.failed(peer);
    if (!mayGoOn(failure, answer.sent)) return { kind: 'failed', status: record.status, why: failure };
  }
};

/** A body that did not come: nginx logs 408 and 499, and closes without a word. */
const faultOf = (fault: Extract<Failure, 'left' | 408 | 413> | 499 | 500): Forwarded => {
  if (fault === 413 || fault === 500) return { kind: 'failed', status: fault, why: 'body' };
  return { kind: 'none', status: fault === 'left' ? 499 : fault };
};
