import type { Pass } from '../../conf/model.ts';
import { balancerOf } from '../balance/balancer.ts';
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
export const forward = async (x: Exchange, pass: Pass, forwarding: Forwarding = {}): Promise<Forwarded> => {
  // A body that came together with its head has arrived by the end of this turn.
  if (hasBody(x)) await undefined;
  if (x.body === undefined && hasBody(x) && (x.request.complete || !streams(x))) {
    const body = await readBody(x);
    if (typeof body === 'number') return faultOf(body);
    x.body = body;
  }
  const { settings } = x.target;
  const balancer = balancerOf(pass.upstream);
  const turn = balancer.turn(x);
  let tries = Math.min(turn.tries, settings.proxy_next_upstream_tries || Number.POSITIVE_INFINITY);
  const started = performance.now();
  const path = upstreamPath(x, pass);
  const question = questionOf(x, path, forwarding);
  for (;;) {
    const pick = turn.next();
    if (!pick) {
      x.tries.push({ address: pass.upstream.name, status: 502, responseMs: 0 });
      x.upstream = `http://${pass.upstream.name}${path}`;
      report(x, 'error', 'no live upstreams while connecting to upstream');
      return { kind: 'failed', status: 502, why: 'error' };
    }
    const { peer, over } = pick;
    const record: Try = { address: peer.address };
    x.tries.push(record);
    x.upstream = `http://${peer.address}${peer.path === undefined ? '' : ':'}${path}`;
    const answer: Answer = await ask(x, {
      peer,
      pool: balancer.pool,
      question,
      record,
      over: () => void over('succeeded'),
    });
    const giveUp = (phase: string): void => {
      if (over('failed')) report(x, 'warn', `upstream server temporarily disabled while ${phase}`);
    };
    const late = settings.proxy_next_upstream_timeout;
    const mayGoOn = (reason: string, sent: boolean): boolean =>
      isNext(x, reason, sent) &&
      // What has been passed on piece by piece is gone.
      !(sent && question.body === 'stream') &&
      (late === 0 || performance.now() - started < late);

    if (answer.failure === undefined) {
      const { head, body } = answer;
      const reason = `http_${head.status}`;
      // The last one's answer is better than none.
      if (tries <= 1 || !mayGoOn(reason, true)) return { kind: 'answer', head, body };
      if (reason !== 'http_403' && reason !== 'http_404') giveUp('reading response header from upstream');
      if (typeof body !== 'string') body.destroy();
      tries--;
      continue;
    }
    const { failure, sent, reused, phase } = answer;
    if (failure === 'left' || failure === 408 || failure === 413) {
      over('succeeded');
      return faultOf(failure);
    }
    if (failure === 'full') {
      over('succeeded');
      record.status = 500;
      return { kind: 'failed', status: 500, why: 'full' };
    }
    giveUp(phase);
    record.status = failure === 'timeout' ? 504 : 502;
    // That an idle connection was closed in the meantime does not count as a try.
    if (!(reused && failure === 'error')) tries--;
    if (tries <= 0 || !mayGoOn(failure, sent)) return { kind: 'failed', status: record.status, why: failure };
  }
};

/** Whether `proxy_next_upstream` sends this case on to the next server. */
const isNext = ({ method, target }: Exchange, reason: string, sent: boolean): boolean => {
  const { proxy_next_upstream: cases } = target.settings;
  return (
    cases.has(reason) && !cases.has('off') && !(sent && unsafe.has(method) && !cases.has('non_idempotent'))
  );
};

/** A body that did not come: nginx logs 408 and 499, and closes without a word. */
const faultOf = (fault: Extract<Failure, 'left' | 408 | 413> | 499 | 500): Forwarded => {
  if (fault === 413 || fault === 500) return { kind: 'failed', status: fault, why: 'body' };
  return { kind: 'none', status: fault === 'left' ? 499 : fault };
};
