import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Config, Server } from '../conf/model.ts';
import { chooseServer } from './choose.ts';
import type { Exchange } from './exchange.ts';
import { logAccess, report } from './logs.ts';
import { parsePath } from './path.ts';
import { answer, type Final } from './phases.ts';
import type { Reply } from './reply.ts';
import { requestId } from './request-id.ts';
import { errorReply, send } from './send.ts';
import { rest, work } from './slots.ts';
import { tlsOf } from './variables.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Connections are counted over the life of the process, as in nginx's `*1`. */
let connections = 0;
const counts = new WeakMap<Socket, { connection: number; serial: number }>();

const count = (socket: Socket): { connection: number; serial: number } => {
  const known = counts.get(socket);
  if (known) {
    known.serial++;
    return known;
  }
  const fresh = { connection: ++connections, serial: 1 };
  counts.set(socket, fresh);
  return fresh;
};

/** Name without port and final dot, in lower case; undefined where nginx answers 400. */
const parseHost = (host: string): string | undefined =>
  /^(\[[\da-f:.]+\]|[^\s/\\:?#@[\]\x00-\x1f]*?)\.?(?::\d*)?$/i.exec(host)?.[1]?.toLowerCase();

/** Two Host headers mean that two servers could understand two different requests. */
const hasTwoHosts = (raw: readonly string[]): boolean => {
  let hosts = 0;
  for (let i = 0; i < raw.length; i += 2)
    if (raw[i]?.length === 4 && raw[i]?.toLowerCase() === 'host') hosts++;
  return hosts > 1;
};

const absolute = /^https?:\/\/([^/?#]*)(.*)$/is;

/** Answers requests that came in at one address, by the servers that listen there. */
export const createHandler = (
  config: Config,
  servers: readonly Server[],
  isDefault: (server: Server) => boolean,
  ssl: boolean,
): Handler => {
  return (request, response) => {
    const url = request.url ?? '';
    const [, authority, rest] = absolute.exec(url) ?? [];
    const requestUri = authority === undefined ? url : rest?.startsWith('/') ? rest : `/${rest}`;
    const asked = authority ?? request.headers.host;
    const host = parseHost(asked ?? '');
    const server = chooseServer(servers, isDefault, host ?? '');
    const path = parsePath(requestUri);
    const { connection, serial } = count(request.socket);
    work(request.socket);
    const x: Exchange = {
      request,
      response,
      config,
      server,
      target: server.target,
      started: performance.now(),
      connection,
      serial,
      id: requestId(),
      method: request.method ?? 'GET',
      requestUri,
      uri: path?.uri ?? '',
      args: path?.args ?? '',
      untouched: true,
      host: host || server.name,
      mapped: undefined,
      captures: undefined,
      sent: undefined,
      seen: undefined,
      tries: [],
      upstreamHeaders: [],
      upstream: undefined,
      body: undefined,
      cache: undefined,
      status: 0,
      sentHeaders: [],
      bodyBytes: 0,
      bytesBefore: 0,
    };
    const bad = refusal(x, asked, host !== undefined && path !== undefined);
    try {
      const result = bad !== undefined ? errorReply(x, bad) : ssl && !tlsOf(x) ? plainOnTls(x) : answer(x);
      if (result instanceof Promise)
        result.then(final => finish(x, final)).catch(problem => crash(x, problem));
      else finish(x, result);
    } catch (problem) {
      crash(x, problem);
    }
  };
};

const plainOnTls = (x: Exchange): Reply => {
  report(x, 'info', 'client sent plain HTTP request to HTTPS port');
  return errorReply(x, 400, [], 'The plain HTTP request was sent to HTTPS port');
};

/** Status for what nginx answers before it looks at any location. */
const refusal = (x: Exchange, host: string | undefined, understood: boolean): number | undefined => {
  const { request } = x;
  if (request.method === 'TRACE' || request.method === 'CONNECT') return 405;
  const why =
    request.httpVersion === '1.1' && host === undefined
      ? 'client sent HTTP/1.1 request without "Host" header'
      : hasTwoHosts(request.rawHeaders)
        ? 'client sent duplicate host header'
        : understood
          ? undefined
          : 'client sent invalid request';
  if (why === undefined) return undefined;
  report(x, 'info', why);
  return 400;
};

const finish = (x: Exchange, result: Final): void => {
  if (result.kind === 'none') leave(x, result.status);
  else if (x.request.socket.destroyed) leave(x, 499);
  else {
    send(x, result, () => {
      logAccess(x);
      rest(x.request.socket);
    });
  }
};

/** No answer: the client has gone, or shall be left without one. */
const leave = (x: Exchange, status: number): void => {
  x.status = status;
  x.request.socket.destroy();
  logAccess(x);
};

/** A fault of this program, not of the request: said aloud, and the process goes on. */
const crash = (x: Exchange, problem: unknown): void => {
  report(x, 'alert', `cannot answer: ${problem instanceof Error ? problem.message : String(problem)}`);
  if (x.response.headersSent) leave(x, x.status);
  else finish(x, errorReply(x, 500));
};
