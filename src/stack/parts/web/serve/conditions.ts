import type { IncomingHttpHeaders } from 'node:http';

/** What is known of the file that is asked for. */
export interface Validators {
  etag?: string;
  /** As the Last-Modified header says it. */
  lastModified?: string;
  modifiedMs?: number;
}

const seconds = (date: string): number => Math.floor(Date.parse(date) / 1000);

const weak = (tag: string): string => tag.trim().replace(/^W\//, '');

const names = (list: string, etag: string | undefined): boolean =>
  list.trim() === '*' || (etag !== undefined && list.split(',').some(tag => weak(tag) === weak(etag)));

/** Whether the copy that the client has, or expects, decides the answer (RFC 9110, section 13; times as nginx's `exact`). */
export const precondition = (headers: IncomingHttpHeaders, file: Validators): 304 | 412 | undefined => {
  const modified = file.modifiedMs === undefined ? Number.NaN : Math.floor(file.modifiedMs / 1000);
  const {
    'if-match': match,
    'if-none-match': noneMatch,
    'if-modified-since': since,
    'if-unmodified-since': until,
  } = headers;
  if (until !== undefined && modified > seconds(until)) return 412;
  if (match !== undefined && !names(match, file.etag)) return 412;
  if (since === undefined && noneMatch === undefined) return undefined;
  if (since !== undefined && seconds(since) !== modified) return undefined;
  if (noneMatch !== undefined && !names(noneMatch, file.etag)) return undefined;
  return 304;
};

export type Range = { start: number; end: number } | 'unsatisfiable' | undefined;

/**
 * The one part that is asked for, both ends included; several parts are answered with the whole, which
 * RFC 9110 allows.
 */
export const parseRange = (headers: IncomingHttpHeaders, size: number, file: Validators): Range => {
  const [, from = '', to = ''] = /^bytes=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(headers.range ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const ifRange = headers['if-range'];
  if (ifRange !== undefined && ifRange !== file.etag && ifRange !== file.lastModified) return undefined;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(to) < start) return undefined;
  return start >= size || start > end ? 'unsatisfiable' : { start, end };
};

/** Whether `Accept-Encoding` lets gzip through; `gzip;q=0` forbids it. */
export const acceptsGzip = (accept = ''): boolean =>
  accept.split(',').some(item => {
    const [, name, q = '1'] = /^\s*([\w*-]+)\s*(?:;\s*q=([\d.]+))?\s*$/i.exec(item) ?? [];
    return (name?.toLowerCase() === 'gzip' || name === '*') && Number(q) > 0;
  });
