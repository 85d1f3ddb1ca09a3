import { STATUS_CODES } from 'node:http';
import type { Readable } from 'node:stream';

/** What answers a request, before nginx's header filters have seen it. */
export interface Reply {
  kind: 'reply';
  status: number;
  /** As the upstream said it; otherwise nginx's own words. */
  reason?: string;
  type?: string;
  /** Names and values in turn, beyond those that the fields below make. */
  headers: string[];
  /** The whole body, or where it comes from; a string holds one byte a character, and leaves in one write with the head. */
  body: Buffer | string | Readable | undefined;
  /** Bytes, when they are known beforehand. */
  length: number | undefined;
  lastModified?: string;
  modifiedMs?: number;
  etag?: string;
  /** A client that has a copy may be told that it is still good. */
  comparable?: boolean;
  /** Parts of it may be asked for: makes them. */
  range?(start: number, end: number): Buffer | string | Readable;
}

/** What can come of looking for an answer. */
export type Outcome =
  | Reply
  /** nginx's own page, or what `error_page` says instead. */
  | { kind: 'error'; status: number; location?: string }
  /** Start anew with another URI, or in a named location. */
  | { kind: 'jump'; uri: string; args: string | undefined }
  | { kind: 'jump-named'; name: string }
  /** No answer at all: the client has left, or `return 444`. */
  | { kind: 'none'; status: number };

export const error = (status: number): Outcome => ({ kind: 'error', status });

/** nginx's own words for a status, which differ from the standard's in places. */
const reasons: Record<number, string> = {
  302: 'Moved Temporarily',
  405: 'Not Allowed',
  408: 'Request Time-out',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Large',
  416: 'Requested Range Not Satisfiable',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

export const reasonOf = (status: number): string => reasons[status] ?? STATUS_CODES[status] ?? '';

const titles: Record<number, string> = { 302: 'Found', 401: 'Authorization Required' };

/** It says who it is instead of nginx's name and version: it only obeys the same configuration. */
export const serverHeader = (tokens: boolean): string =>
  tokens ? 'web-stack-tutor (obeys nginx.conf)' : 'web-stack-tutor';

/** nginx's page for a status; none for those it has no page for. */
export const errorPage = (status: number, tokens: boolean, note = ''): Buffer | undefined => {
  const title = titles[status] ?? reasonOf(status);
  if (status < 300 || status === 304 || !title) return undefined;
  return Buffer.from(
    `<html>\r\n<head><title>${status} ${note || title}</title></head>\r\n<body>\r\n` +
      `<center><h1>${status} ${title}</h1></center>\r\n${note && `<center>${note}</center>\r\n`}` +
      `<hr><center>${serverHeader(tokens)}</center>\r\n</body>\r\n</html>\r\n`,
  );
};
