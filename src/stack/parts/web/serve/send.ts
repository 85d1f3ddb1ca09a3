import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { Settings } from '../conf/model.ts';
import { httpTime } from './clock.ts';
import { acceptsGzip, parseRange, precondition } from './conditions.ts';
import type { Exchange } from './exchange.ts';
import { headerValue } from './header-value.ts';
import { errorPage, type Reply, reasonOf, serverHeader } from './reply.ts';
import { header } from './variables.ts';

/** With these, add_header needs no `always`. */
const addable = new Set([200, 201, 204, 206, 301, 302, 303, 304, 307, 308]);

/** After these, nginx trusts the connection no more. */
const closing = new Set([400, 408, 413, 414, 500, 501]);

const gzips = (x: Exchange, reply: Reply, settings: Settings): boolean => {
  if (![200, 403, 404].includes(reply.status) || header(reply.headers, 'content-encoding') !== undefined)
    return false;
  if (reply.length !== undefined && reply.length < settings.gzip_min_length) return false;
  const { gzip_types: types } = settings;
  const type = reply.type ?? '';
  const bare = types.has(type) ? type : type.replace(/\s*;.*$/s, '').toLowerCase();
  return x.method !== 'HEAD' && (types.has(bare) || types.has('*'));
};

const gzipWanted = ({ request }: Exchange, settings: Settings): boolean =>
  acceptsGzip(request.headers['accept-encoding']) &&
  request.headers.via === undefined &&
  request.httpVersion >= settings.gzip_http_version;

/** nginx's own page, or for a status that has none an empty body. */
export const errorReply = (x: Exchange, status: number, headers: string[] = [], note = ''): Reply => {
  const body = errorPage(status, x.target.settings.server_tokens, note) ?? Buffer.alloc(0);
  return {
    kind: 'reply',
    status,
    headers,
    body,
    length: body.length,
    ...(body.length > 0 && { type: 'text/html' }),
  };
};

/** Sends an answer through what nginx calls its header filters, and calls back when it is out. */
export const send = (x: Exchange, plain: Reply, done: () => void): void => {
  const { request, response, target } = x;
  const { settings } = target;
  let reply = plain;
  const condition = plain.range && reply.status === 200 ? precondition(request.headers, plain) : undefined;
  if (condition === 412) reply = errorReply(x, 412);
  else if (condition === 304) reply = { ...plain, status: 304, body: undefined, length: undefined };

  const own: string[] = [];
  const gzippable = settings.gzip && gzips(x, reply, settings);
  const zipped = gzippable && gzipWanted(x, settings);
  if (gzippable && settings.gzip_vary) own.push('Vary', 'Accept-Encoding');
  if (zipped) {
    own.push('Content-Encoding', 'gzip');
    if (reply.etag && !reply.etag.startsWith('W/')) reply = { ...reply, etag: `W/${reply.etag}` };
  } else if (reply.range && reply.status === 200 && reply.length !== undefined) {
    const part = parseRange(request.headers, reply.length, plain);
    if (part === 'unsatisfiable') reply = errorReply(x, 416, ['Content-Range', `bytes */${reply.length}`]);
    else if (part) {
      own.push('Content-Range', `bytes ${part.start}-${part.end}/${reply.length}`);
      reply = {
        ...reply,
        status: 206,
        body: x.method === 'HEAD' ? undefined : reply.range(part.start, part.end),
        length: part.end - part.start + 1,
      };
    } else own.push('Accept-Ranges', 'bytes');
  }

  const { status } = reply;
  const bodiless = x.method === 'HEAD' || status === 204 || status === 304;
  const body = bodiless ? undefined : (reply.body ?? reply.range?.(0, (reply.length ?? 1) - 1));
  const keep =
    response.shouldKeepAlive &&
    settings.keepalive_timeout > 0 &&
    x.serial < settings.keepalive_requests &&
    !closing.has(status) &&
    // To HTTP/1.0 only the end of the connection can mark the end of such a body.
    (request.httpVersion === '1.1' || bodiless || (reply.length !== undefined && !zipped));

  const headers = ['Server', serverHeader(settings.server_tokens), 'Date', httpTime()];
  if (reply.type && status !== 204 && status !== 304) headers.push('Content-Type', reply.type);
  if (reply.length !== undefined && !zipped && status !== 204 && status !== 304) {
    headers.push('Content-Length', String(reply.length));
  }
  if (reply.lastModified) headers.push('Last-Modified', reply.lastModified);
  headers.push('Connection', keep ? 'keep-alive' : 'close');
  if (reply.etag) headers.push('ETag', reply.etag);
  headers.push(...reply.headers);
  x.status = status;
  x.sentHeaders = headers;
  for (const added of settings.add_header) {
    if (!added.always && !addable.has(status)) continue;
    const value = added.value(x);
    if (value) headers.push(added.name, headerValue(value));
  }
  headers.push(...own);

  const { socket } = response;
  x.bytesBefore = socket?.bytesWritten ?? 0;
  response.sendDate = false;
  response.writeHead(status, reply.reason ?? reasonOf(status), headers);
  if (!(body instanceof Readable) && !zipped) {
    x.bodyBytes = body?.length ?? 0;
    finish(x, body, keep, done);
  } else stream(x, body, zipped, done);
};

/** A body whose end has been read, in one piece. */
const finish = (x: Exchange, body: Buffer | string | undefined, keep: boolean, done: () => void): void => {
  const { request, response } = x;
  if (keep || request.complete) {
    response.end(body, 'latin1');
    done();
    return;
  }
  // Closing while the client still sends would reset the connection and take the answer with it.
  response.write(body ?? '', 'latin1');
  done();
  const end = () => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, 5000);
  request.once('end', end).once('close', end).resume();
};

const stream = (
  x: Exchange,
  body: Buffer | string | Readable | undefined,
  zipped: boolean,
  done: () => void,
): void => {
  const source =
    body instanceof Readable
      ? body
      : Readable.from(typeof body === 'string' ? [Buffer.from(body, 'latin1')] : body ? [body] : []);
  const counted = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      x.bodyBytes += chunk.length;
      yield chunk;
    }
    // The last byte has been handed over; that the stream is finished is noticed a few turns later.
    x.sent = performance.now();
  };
  // Whatever ends it early, a file that shrank or a client that left, has destroyed the connection by then.
  if (zipped)
    pipeline(source, createGzip({ level: x.target.settings.gzip_comp_level }), counted, x.response, done);
  else pipeline(source, counted, x.response, done);
};
