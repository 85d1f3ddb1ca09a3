import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { createGunzip, constants as zlib } from 'node:zlib';
import type { Stopwatch } from './stopwatch.ts';
import type { HttpHop } from './trace.ts';

export interface HttpQuestion {
  method: 'GET' | 'POST';
  url: URL;
  headers: Record<string, string>;
  body?: string;
}

export interface HttpAnswer {
  hop: HttpHop;
  /** Absent when there was no answer, or not a whole one. */
  status?: number;
  body: string;
  setCookies: string[];
  /** What failed and who said so. */
  message?: string;
}

/** More of a body is counted but not kept. */
const keptBody = 1 << 20;

type HttpFailure = Extract<HttpHop['failure'], 'reset' | 'timeout'>;

/**
 * Asks one HTTP/1.1 question over a connection and closes it. `peer` names the other side in messages.
 * Throws only when the signal aborts.
 */
export const exchange = (
  socket: Socket,
  { method, url, headers, body }: HttpQuestion,
  { peer, answerMs, signal }: { peer: string; answerMs: number; signal: AbortSignal | undefined },
  watch: Stopwatch,
): Promise<HttpAnswer> =>
  new Promise((resolve, reject) => {
    const startMs = watch.now();
    const path = `${url.pathname}${url.search}`;
    const kept: Buffer[] = [];
    let bytes = 0;
    let sentMs = startMs;
    let waitMs: number | undefined;
    let response: IncomingMessage | undefined;
    let settled = false;

    const settle = (failure?: HttpFailure, message?: string) => {
      if (settled) return;
      settled = true;
      release();
      const hop: HttpHop = {
        part: 'http',
        requestLine: `${method} ${path} HTTP/1.1`,
        requestHeaders: headers,
        ...(response ? { statusLine: statusLine(response) } : {}),
        headers: response ? headersOf(response) : {},
        bytes,
        startMs,
        durationMs: watch.since(startMs),
        ...(waitMs === undefined ? {} : { waitMs }),
        ...(failure ? { failure } : {}),
      };
      const status = failure ? undefined : response?.statusCode;
      void text(Buffer.concat(kept), response).then(content =>
        resolve({
          hop,
          ...(status === undefined ? {} : { status }),
          body: content,
          setCookies: response?.headers['set-cookie'] ?? [],
          ...(message === undefined ? {} : { message }),
        }),
      );
    };
    const abort = () => {
      settled = true;
      release();
      reject(signal?.reason);
    };
    const release = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      ask.destroy();
      socket.destroy();
    };
    const fail = (error: NodeJS.ErrnoException) =>
      settle('reset', brokenText(error, peer, response !== undefined));

    socket.once('data', () => {
      waitMs = watch.since(sentMs);
    });
    const ask = request({ createConnection: () => socket, method, path, headers, setHost: false });
    const timer = setTimeout(
      () => settle('timeout', silenceText(peer, answerMs, response !== undefined)),
      answerMs,
    );
    ask.on('finish', () => {
      sentMs = watch.now();
    });
    ask.on('error', fail);
    ask.on('response', incoming => {
      response = incoming;
      incoming.on('data', (piece: Buffer) => {
        if (bytes < keptBody) kept.push(piece.subarray(0, keptBody - bytes));
        bytes += piece.length;
      });
      incoming.on('error', fail);
      incoming.on('end', () => settle());
    });
    if (signal?.aborted) return abort();
    signal?.addEventListener('abort', abort);
    ask.end(body);
  });

const statusLine = ({ httpVersion, statusCode, statusMessage }: IncomingMessage): string =>
  `HTTP/${httpVersion} ${statusCode} ${statusMessage ?? ''}`.trimEnd();

/** As they came, in their own spelling; those that came several times joined by a comma. */
const headersOf = ({ rawHeaders }: IncomingMessage): Record<string, string> => {
  const headers = new Map<string, string>();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = rawHeaders.slice(i, i + 2);
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(headers);
};

/** A small body can unpack to a huge one, so unpacking stops at the same bound. */
const text = async (body: Buffer, response: IncomingMessage | undefined): Promise<string> => {
  if (response?.headers['content-encoding'] !== 'gzip') return body.toString();
  const pieces: Buffer[] = [];
  let length = 0;
  const gunzip = createGunzip({ finishFlush: zlib.Z_SYNC_FLUSH });
  gunzip.end(body);
  try {
    for await (const piece of gunzip as AsyncIterable<Buffer>) {
      pieces.push(piece);
      length += piece.length;
      if (length >= keptBody) break;
    }
  } catch {
    // What could be unpacked is shown.
  }
  return Buffer.concat(pieces).subarray(0, keptBody).toString();
};

const silenceText = (peer: string, answerMs: number, begun: boolean): string =>
  `${peer} accepted the connection but ${begun ? 'did not finish its answer' : 'answered nothing'} within ${answerMs / 1000} s (this browser gives up sooner than others)`;

const brokenText = ({ code, message }: NodeJS.ErrnoException, peer: string, begun: boolean): string => {
  if (code?.startsWith('HPE_')) return `${peer} answered something that is not HTTP, so the browser hung up`;
  if (begun) return `${peer} ended the connection in the middle of its answer`;
  // Node's own words for an orderly end before any answer.
  if (message === 'socket hang up') return `${peer} closed the connection without an answer`;
  return `the operating system of ${peer} reset the connection: whoever had accepted it is gone`;
};
