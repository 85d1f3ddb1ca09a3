import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { isoTime, logTime } from './clock.ts';
import type { Exchange, Try } from './exchange.ts';
import { filePath } from './path.ts';

/** undefined where the request has no such value. */
export type Variable = (x: Exchange) => string | undefined;

/** Seconds; nginx stops at milliseconds, in which most of a small stack's work would read 0.000. */
const seconds = (ms: number): string => (ms / 1000).toFixed(6);

/** nginx lists one value for each server that was tried. */
const perTry =
  (value: (one: Try) => string): Variable =>
  x =>
    x.tries.length > 0 ? x.tries.map(value).join(', ') : undefined;

const time = (ms: number | undefined): string => (ms === undefined ? '-' : seconds(ms));

const forwardedFor: Variable = x => {
  const before = x.request.headers['x-forwarded-for'];
  const client = address(x);
  return before === undefined ? client : `${String(before)}, ${client}`;
};

/** The client's address; an IPv4 one as such, where the socket takes both kinds. */
export const clientOf = ({ remoteAddress = '' }: Socket): string =>
  remoteAddress.startsWith('::ffff:') ? remoteAddress.slice(7) : remoteAddress;

/** The connection, where it speaks TLS. */
export const tlsOf = ({ request: { socket } }: Pick<Exchange, 'request'>): TLSSocket | undefined =>
  'encrypted' in socket ? (socket as TLSSocket) : undefined;

const address = (x: Exchange): string => clientOf(x.request.socket);

const port = (x: Exchange): string => String(x.request.socket.localPort ?? '');

const table: Record<string, Variable> = {
  args: x => x.args,
  query_string: x => x.args,
  is_args: x => (x.args ? '?' : ''),
  body_bytes_sent: x => String(x.bodyBytes),
  bytes_sent: x =>
    String(Math.max(0, x.response.socket ? x.response.socket.bytesWritten - x.bytesBefore : 0)),
  connection: x => String(x.connection),
  connection_requests: x => String(x.serial),
  content_length: x => x.request.headers['content-length'],
  content_type: x => x.request.headers['content-type'],
  document_root: x => x.target.settings.root(x),
  document_uri: x => x.uri,
  uri: x => x.uri,
  host: x => x.host,
  hostname: () => 'localhost',
  msec: () => (Date.now() / 1000).toFixed(3),
  nginx_version: () => 'web-stack-tutor',
  pid: () => String(process.pid),
  proxy_add_x_forwarded_for: forwardedFor,
  proxy_host: x => x.target.pass?.host,
  proxy_port: x => x.target.pass && String(x.target.pass.upstream.peers[0]?.port ?? 80),
  remote_addr: address,
  remote_port: x => String(x.request.socket.remotePort ?? ''),
  remote_user: () => undefined,
  request: x => `${x.request.method} ${x.request.url} HTTP/${x.request.httpVersion}`,
  request_completion: x => (x.response.writableFinished ? 'OK' : ''),
  request_body: x => x.body?.bytes?.toString('latin1'),
  request_body_file: x => x.body?.file,
  request_filename: x => filePath(x.target.settings.root(x), x.uri),
  request_id: x => x.id,
  request_length: x => String(x.request.socket.bytesRead),
  request_method: x => x.method,
  request_time: x => seconds((x.sent ?? performance.now()) - x.started),
  request_uri: x => x.requestUri,
  scheme: x => (tlsOf(x) ? 'https' : 'http'),
  https: x => (tlsOf(x) ? 'on' : ''),
  ssl_cipher: x => tlsOf(x)?.getCipher().name,
  ssl_protocol: x => tlsOf(x)?.getProtocol() ?? undefined,
  ssl_server_name: x => tlsOf(x)?.servername || undefined,
  ssl_session_reused: x => tlsOf(x) && (tlsOf(x)?.isSessionReused() ? 'r' : '.'),
  server_addr: x => (x.request.socket.localAddress ?? '').replace(/^::ffff:/, ''),
  server_name: x => x.server.name,
  server_port: port,
  server_protocol: x => `HTTP/${x.request.httpVersion}`,
  status: x => String(x.status).padStart(3, '0'),
  time_iso8601: () => isoTime(),
  time_local: () => logTime(),
  upstream_cache_status: x => x.cache,
  upstream_addr: perTry(one => one.address),
  upstream_status: perTry(one => (one.status === undefined ? '-' : String(one.status))),
  upstream_connect_time: perTry(one => time(one.connectMs)),
  upstream_header_time: perTry(one => time(one.headerMs)),
  upstream_response_time: perTry(one => time(one.responseMs)),
};

/** Value of a header in a flat list of names and values, without case. */
export const header = (list: readonly string[], name: string): string | undefined => {
  for (let i = 0; i < list.length; i += 2) {
    if (list[i]?.length === name.length && list[i]?.toLowerCase() === name) return list[i + 1];
  }
  return undefined;
};

const argument = (args: string, name: string): string | undefined => {
  for (const pair of args.split('&')) {
    const equals = pair.indexOf('=');
    if (equals >= 0 && pair.slice(0, equals).toLowerCase() === name) return pair.slice(equals + 1);
  }
  return undefined;
};

const cookie = (x: Exchange, name: string): string | undefined => {
  for (const pair of (x.request.headers.cookie ?? '').split(/;\s*/)) {
    const equals = pair.indexOf('=');
    if (equals >= 0 && pair.slice(0, equals).toLowerCase() === name) return pair.slice(equals + 1);
  }
  return undefined;
};

const requestHeader = (x: Exchange, name: string): string | undefined => {
  const value = x.request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
};

/** Families of variables, by what their names begin with. */
const families: [string, (name: string) => Variable][] = [
  ['http_', name => x => requestHeader(x, name.replaceAll('_', '-'))],
  ['sent_http_', name => x => header(x.sentHeaders, name.replaceAll('_', '-'))],
  ['upstream_http_', name => x => header(x.upstreamHeaders, name.replaceAll('_', '-'))],
  ['arg_', name => x => argument(x.args, name)],
  ['cookie_', name => x => cookie(x, name)],
];

export const findVariable = (written: string): Variable | undefined => {
  const name = written.toLowerCase();
  if (/^\d$/.test(name)) return x => x.captures?.[Number(name)];
  if (Object.hasOwn(table, name)) return table[name];
  const family = families.find(([start]) => name.startsWith(start) && name.length > start.length);
  return family?.[1](name.slice(family[0].length));
};
