import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Pass, Peer } from '../conf/model.ts';
import type { Balancer } from './balance.ts';
import { hasBody, readBody } from './body.ts';
import type { Exchange, Try } from './exchange.ts';
import { report } from './logs.ts';
import { escapeUri } from './path.ts';
import { passedHeaders, sentHeaders } from './proxy-headers.ts';
import { error, type Outcome } from './reply.ts';
import { systemError } from './system-error.ts';

/** How a try ended: an answer's head, or the kind of failure in the words of `proxy_next_upstream`. */
type Answer =
  | { response: IncomingMessage }
  | { failure: 'error' | 'timeout' | 'invalid_header' | 'left'; sent: boolean; reused: boolean };

/** RFC 9110, section 9.2.2: sending these twice could do their work twice. */
const unsafe = new Set(['POST', 'LOCK', 'PATCH']);

/** Path to ask for: as it came, or rewritten when `proxy_pass` has a URI of its own. */
const upstreamPath = (x: Exchange, { uri }: Pass): string => {
  const query = x.args ? `?${x.args}` : '';
  if (uri !== undefined) return uri + escapeUri(x.uri.slice(x.target.prefix.length)) + query;
  return x.untouched ? x.requestUri : escapeUri(x.uri) + query;
};

/** One try with one server. Resolves when the head of its answer is there, or when it failed. */
const ask = (x: Exchange, pass: Pass, peer: Peer, { agent }: Balancer, record: Try): Promise<Answer> => {
  const { settings } = x.target;
  const path = upstreamPath(x, pass);
  const started = performance.now();
  const elapsed = () => performance.now() - started;
  return new Promise(resolve => {
    let phase = 'connecting to upstream';
    let sent = false;
    let over = false;
    let timer: NodeJS.Timeout | undefined;
    const outgoing = httpRequest({
      host: peer.host,
      port: peer.port,
      method: x.method,
      path,
      agent,
      setHost: false,
      headers: sentHeaders(x, pass),
    });
    const end = (answer: Answer) => {
      over = true;
      clearTimeout(timer);
      x.response.off('close', left);
      resolve(answer);
    };
    const fail = (failure: 'error' | 'timeout' | 'invalid_header', why: string) => {
      if (over) return;
      record.responseMs = elapsed();
      report(x, 'error', `${why} while ${phase}`);
      end({ failure, sent, reused: outgoing.reusedSocket });
      outgoing.destroy();
    };
    const limit = (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => fail('timeout', 'upstream timed out (110: Connection timed out)'), ms);
    };
    const left = () => {
      record.responseMs = elapsed();
      end({ failure: 'left', sent, reused: false });
      outgoing.destroy();
    };
    const connected = () => {
      record.connectMs = elapsed();
      phase = 'sending request to upstream';
      sent = true;
      limit(settings.proxy_send_timeout);
    };
    if (x.request.socket.destroyed) {
      left();
      return;
    }
    limit(settings.proxy_connect_timeout);
    x.response.once('close', left);
    outgoing.on('socket', socket => {
      if (socket.connecting) socket.once('connect', connected);
      else connected();
    });
    outgoing.on('finish', () => {
      if (over) return;
      phase = 'reading response header from upstream';
      limit(settings.proxy_read_timeout);
    });
    outgoing.on('error', (problem: NodeJS.ErrnoException) => fail(...failureOf(problem)));
    outgoing.on('close', () => fail('error', 'upstream prematurely closed connection'));
    outgoing.on('response', response => {
      if (over) {
        response.destroy();
        return;
      }
      record.headerMs = elapsed();
      record.status = response.statusCode ?? 0;
      const done = () => {
        record.responseMs ??= elapsed();
      };
      response.once('end', done).once('close', done);
      end({ response });
    });
    outgoing.end(x.body);
  });
};

const failureOf = (problem: NodeJS.ErrnoException): ['error' | 'invalid_header', string] => {
  if (problem.code?.startsWith('HPE_')) return ['invalid_header', 'upstream sent invalid header'];
  if (problem.syscall === 'connect') return ['error', `connect() failed (${systemError(problem)})`];
  if (problem.code === 'ECONNRESET' && problem.syscall === undefined) {
    return ['error', 'upstream prematurely closed connection'];
  }
  return ['error', `recv() failed (${systemError(problem)})`];
};

/** Passes the request on, to the next server where `proxy_next_upstream` says so. */
export const proxy = async (x: Exchange, pass: Pass, balancer: Balancer): Promise<Outcome> => {
  if (hasBody(x) && x.body === undefined) {
    const body = await readBody(x);
    if (body === 499) return { kind: 'none', status: 499 };
    if (body === 413) report(x, 'error', 'client intended to send too large body');
    if (!Buffer.isBuffer(body)) return error(body);
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
  let again: Peer | undefined;
  for (let tries = 1; ; tries++) {
    const peer = again ?? balancer.next(tried);
    if (!peer) {
      x.tries.push({ address: pass.upstream.name, status: 502, responseMs: 0 });
      x.upstream = `http://${pass.upstream.name}${x.requestUri}`;
      report(x, 'error', 'no live upstreams while connecting to upstream');
      return error(502);
    }
    again = undefined;
    tried.add(peer);
    const record: Try = { address: peer.address };
    x.tries.push(record);
    x.upstream = `http://${peer.address}${upstreamPath(x, pass)}`;
    const answer = await ask(x, pass, peer, balancer, record);
    const mayGoOn = (reason: string, sent: boolean): boolean =>
      next.has(reason) &&
      !(sent && unsafe.has(x.method) && !next.has('non_idempotent')) &&
      tries < maximum &&
      (proxy_next_upstream_timeout === 0 || performance.now() - started < proxy_next_upstream_timeout) &&
      tries < balancer.size;

    if ('response' in answer) {
      const { response } = answer;
      const reason = `http_${response.statusCode}`;
      if (next.has(reason)) {
        if (reason !== 'http_403' && reason !== 'http_404') balancer.failed(peer);
        if (mayGoOn(reason, true)) {
          response.resume();
          continue;
        }
      } else balancer.succeeded(peer);
      return passedReply(x, pass, response);
    }
    if (answer.failure === 'left') return { kind: 'none', status: 499 };
    record.status = answer.failure === 'timeout' ? 504 : 502;
    // An idle connection that was closed in the meantime says nothing about the server.
    if (answer.reused && answer.failure === 'error' && !unsafe.has(x.method)) {
      again = peer;
      continue;
    }
    balancer.failed(peer);
    if (!mayGoOn(answer.failure, answer.sent)) return error(record.status);
  }
};

const passedReply = (x: Exchange, pass: Pass, response: IncomingMessage): Outcome => {
  const { settings } = x.target;
  const status = response.statusCode ?? 502;
  x.upstreamHeaders = response.rawHeaders;
  if (
    settings.proxy_intercept_errors &&
    status >= 300 &&
    settings.error_page.some(({ codes }) => codes.includes(status))
  ) {
    response.resume();
    return error(status);
  }
  response.on('error', () =>
    report(x, 'error', 'upstream prematurely closed connection while reading upstream'),
  );
  const length = response.headers['content-length'];
  response.setTimeout(settings.proxy_read_timeout, () => {
    // A client that does not take what is there is no fault of the upstream.
    if (x.response.writableNeedDrain) return;
    report(x, 'error', 'upstream timed out (110: Connection timed out) while reading upstream');
    response.destroy();
  });
  return {
    kind: 'reply',
    status,
    ...(response.statusMessage && { reason: response.statusMessage }),
    ...(response.headers['content-type'] !== undefined && { type: response.headers['content-type'] }),
    headers: passedHeaders(x, pass, response.rawHeaders),
    body: response,
    length: length === undefined ? undefined : Number(length),
    ...(response.headers.etag !== undefined && { etag: response.headers.etag }),
  };
};
