import { closeSync, createReadStream, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Exchange } from './exchange.ts';
import { report } from './logs.ts';

/** 413 too large, 408 too slow, 499 gone, 500 no place for it. */
export type BodyFault = 413 | 408 | 499 | 500;

/** The body of a request, read to its end: in memory, or in a temporary file, when it is long. */
export interface Body {
  size: number;
  bytes: Buffer | undefined;
  file: string | undefined;
}

/** Whether the request announces more than is allowed; told before anything of it is read. */
export const announcesTooMuch = ({ request, target }: Exchange): boolean => {
  const limit = target.settings.client_max_body_size;
  return limit > 0 && Number(request.headers['content-length'] ?? 0) > limit;
};

export const hasBody = ({ request }: Exchange): boolean =>
  request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined;

/** Calls back with what arrives, until its end or a fault; the client may wait only so long between two pieces. */
export const watchBody = (
  x: Exchange,
  take: (chunk: Buffer) => void,
  end: (fault?: BodyFault) => void,
): void => {
  const { request, response, target } = x;
  const { client_max_body_size: limit, client_body_timeout: timeout } = target.settings;
  if (request.headers.expect !== undefined) response.writeContinue();
  let size = 0;
  let over = false;
  const finish = (fault?: BodyFault): void => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    request.off('data', data).off('end', whole).off('error', gone).off('close', gone);
    end(fault);
  };
  // As long as nobody takes what is there, the client is not the one that is slow.
  const timer = setTimeout(() => (request.isPaused() ? timer.refresh() : finish(408)), timeout);
  const data = (chunk: Buffer): void => {
    timer.refresh();
    size += chunk.length;
    if (limit > 0 && size > limit) {
      report(x, 'error', 'client intended to send too large chunked body');
      finish(413);
    } else take(chunk);
  };
  const whole = (): void => finish();
  const gone = (): void => finish(499);
  request.on('data', data).on('end', whole).on('error', gone).on('close', gone);
};

/**
 * The whole body, before anybody else is asked: with `proxy_request_buffering on` a slow client occupies the web
 * server only.
 */
export const readBody = (x: Exchange): Promise<Body | BodyFault> =>
  new Promise(resolve => {
    if (announcesTooMuch(x)) return resolve(413);
    const room = x.target.settings.client_body_buffer_size;
    const chunks: Buffer[] = [];
    let size = 0;
    let spill: Spill | undefined;
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (spill) spill.write(chunk);
      else chunks.push(chunk);
      if (spill || size <= room) return;
      spill = openSpill(x);
      for (const kept of chunks.splice(0)) spill.write(kept);
    };
    watchBody(x, take, fault => {
      const whole = spill?.close() ?? true;
      if (fault) return resolve(fault);
      if (!whole) return resolve(500);
      const bytes = spill ? undefined : chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
      resolve({ size, bytes, file: spill?.file });
    });
  });

interface Spill {
  file: string;
  write(chunk: Buffer): void;
  /** Whether all of it could be written. */
  close(): boolean;
}

let files = 0;

/** As nginx: `temp/body/0000000001`, there until the request has been answered. */
const openSpill = (x: Exchange): Spill => {
  const folder = x.target.settings.client_body_temp_path;
  const file = join(folder, `${process.pid}-${String(++files).padStart(10, '0')}`);
  let descriptor: number | undefined;
  let failed = false;
  const attempt = (act: () => void): void => {
    try {
      act();
    } catch (problem) {
      if (!failed) report(x, 'crit', `"${file}" cannot be written: ${(problem as Error).message}`);
      failed = true;
    }
  };
  attempt(() => {
    mkdirSync(folder, { recursive: true });
    descriptor = openSync(file, 'wx', 0o600);
    report(x, 'warn', `a client request body is buffered to a temporary file ${file}`);
    x.response.once('close', () => rmSync(file, { force: true }));
  });
  return {
    file,
    write: chunk => {
      if (descriptor !== undefined && !failed) attempt(() => void writeSync(descriptor as number, chunk));
    },
    close: () => {
      if (descriptor !== undefined) closeSync(descriptor);
      return !failed;
    },
  };
};

/** The body once more, from its file. */
export const bodySource = (body: Body | undefined): Readable =>
  body?.file === undefined ? Readable.from([]) : createReadStream(body.file);
