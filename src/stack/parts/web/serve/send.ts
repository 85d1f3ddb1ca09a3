import type { Server } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { createGzip, type Gzip, gzipSync } from 'node:zlib';
import { httpTime } from './clock.ts';
import { parseRange, precondition } from './conditions.ts';
import type { Exchange } from './exchange.ts';
import { withExpires } from './expires.ts';
import { canPack, mayPack } from './gzip.ts';
import { headerValue } from './header-value.ts';
import { errorPage, type Reply, reasonOf, serverHeader } from './reply.ts';

/** With these, add_header needs no `always`. */
const addable = new Set([200, 201, 204, 206, 301, 302, 303, 304, 307, 308]);

/** After these, nginx trusts the connection no more. */
const closing = new Set([400, 408, 413, 414, 500, 501]);

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
  const condition =
    plain.comparable && reply.status === 200 ? precondition(request.headers, plain) : undefined;
  if (condition === 412) reply = errorReply(x, 412);
  else if (condition === 304) reply = { ...plain, status: 304, body: undefined, length: undefined };

  const own: string[] = [];
  const gzippable = canPack(x, reply, settings);
  const zipped = gzippable && mayPack(x, reply, settings);
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
  if (plain.body instanceof Readable && body !== plain.body) plain.body.destroy();
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
  if (keep && settings.keepalive_header > 0)
    headers.push('Keep-Alive', `timeout=${settings.keepalive_header}`);
  if (reply.etag) headers.push('ETag', reply.etag);
  headers.push(...withExpires(reply, settings.expires));
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
  if (keep) waitForNext(x);
  if (body instanceof Readable || (zipped && (body?.length ?? 0) > packedAtOnce)) {
    stream(x, body, zipped, done);
    return;
  }
  const whole = zipped ? gzipSync(bytesOf(body), { level: settings.gzip_comp_level }) : body;
  x.bodyBytes = whole?.length ?? 0;
  finish(x, whole, keep, done);
};

/** Node knows one `keepalive_timeout` for all that listens at an address; the location's own counts. */
const waitForNext = ({ response, target }: Exchange): void => {
  const { socket } = response;
  const { keepalive_timeout } = target.settings;
  const { server } = (socket ?? {}) as { server?: Server };
  if (!server || keepalive_timeout === server.keepAliveTimeout) return;
  response.once('finish', () => socket?.setTimeout(keepalive_timeout));
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

const bytesOf = (body: Buffer | string | undefined): Buffer =>
  Buffer.isBuffer(body) ? body : Buffer.from(body ?? '', 'latin1');

/** Packed at once up to this size, which takes less than a millisecond. */
const packedAtOnce = 64 * 1024;

const stream = (
  x: Exchange,
  body: Buffer | string | Readable | undefined,
  zipped: boolean,
  done: () => void,
): void => {
  const source = body instanceof Readable ? body : Readable.from([bytesOf(body)]);
  const last = zipped ? createGzip({ level: x.target.settings.gzip_comp_level }) : source;
  last.on('data', (chunk: Buffer) => {
    x.bodyBytes += chunk.length;
  });
  last.on('end', () => {
    // The last byte has been handed over; that the stream is finished is noticed a few turns later.
    x.sent = performance.now();
  });
  // Whatever ends it early, a file that shrank or a client that left, has destroyed the connection by then.
  if (last === source) pipeline(source, x.response, done);
  else pipeline(source, last as Gzip, x.response, done);
};
