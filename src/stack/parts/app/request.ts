import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { SiteRequest } from './contract.ts';

export const bodyLimit = 64 * 1024;
/** A longer body is read and forgotten so far, because a client that is still sending hears no answer. */
const drainLimit = 1024 * 1024;

/** The body as text, or nothing when it is longer than the limit. */
export const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= bodyLimit) chunks.push(chunk);
    else if (length > drainLimit) break;
  }
  return length <= bodyLimit ? Buffer.concat(chunks).toString('utf8') : undefined;
};

/** The id that the web server gave the request; a new one when there is none or it is no plain token. */
export const requestId = (given: string | string[] | undefined): string =>
  typeof given === 'string' && /^[\w-]{1,64}$/.test(given) ? given : randomBytes(16).toString('hex');

export const siteRequest = (
  incoming: IncomingMessage,
  target: Pick<SiteRequest, 'path' | 'query'>,
  body: string,
  startedAt: number,
): SiteRequest => {
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(incoming.headers)) headers[name] = String(value);
  return {
    ...target,
    method: incoming.method === 'HEAD' ? 'GET' : (incoming.method ?? 'GET'),
    headers,
    cookies: parseCookies(headers.cookie),
    form: parseForm(headers['content-type'], body),
    startedAt,
  };
};

/** Path and query of a request target in origin or absolute form (RFC 9112, 3.2); nothing for the others. */
export const parseTarget = (target: string): Pick<SiteRequest, 'path' | 'query'> | undefined => {
  const origin = /^https?:\/\/[^/?#]*/i.exec(target)?.[0] ?? '';
  const [path = '', query = ''] = splitOnce(target.slice(origin.length), '?');
  if (!path.startsWith('/')) return origin && path === '' ? { path: '/', query: fields(query) } : undefined;
  return { path, query: fields(query) };
};

export const parseCookies = (header = ''): Record<string, string> => {
  const cookies: Record<string, string> = Object.create(null);
  for (const pair of header.split(';')) {
    const [name = '', value] = splitOnce(pair, '=');
    if (value !== undefined) cookies[name.trim()] ??= value.trim();
  }
  return cookies;
};

export const parseForm = (contentType: string | undefined, body: string): Record<string, string> =>
  fields(/^application\/x-www-form-urlencoded\b/i.test(contentType ?? '') ? body : '');

/** Without a prototype, so that a field nobody sent is undefined whatever its name is. */
const fields = (encoded: string): Record<string, string> => {
  const found: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(encoded)) found[name] ??= value;
  return found;
};

const splitOnce = (text: string, separator: string): [string, string?] => {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
};
