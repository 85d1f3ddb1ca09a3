import type { Pass } from '../conf/model.ts';
import { hasBody } from './body.ts';
import type { Exchange } from './exchange.ts';
import { headerValue } from './header-value.ts';
import { publicLocation } from './location.ts';

/** They belong to one connection (RFC 9110, section 7.6.1), or are said anew below. */
const notPassedOn = new Set([
  'host',
  'connection',
  'keep-alive',
  'te',
  'transfer-encoding',
  'content-length',
  'expect',
  'upgrade',
  'proxy-connection',
]);

/** nginx ignores header names with anything else in them, such as `_`, which others take for `-`. */
const validName = /^[a-z0-9-]+$/i;

/** Headers for the upstream, names and values in turn: what the client sent, changed by `proxy_set_header`. */
export const sentHeaders = (x: Exchange, pass: Pass): string[] => {
  const { settings } = x.target;
  const set = new Map<string, [string, string]>([
    ['host', ['Host', pass.host]],
    ['connection', ['Connection', 'close']],
  ]);
  for (const { name, value } of settings.proxy_set_header) set.set(name.toLowerCase(), [name, value(x)]);
  const headers: string[] = [];
  for (const [name, value] of set.values()) if (value !== '') headers.push(name, headerValue(value));
  if ((hasBody(x) || ['POST', 'PUT', 'PATCH'].includes(x.method)) && !set.has('content-length')) {
    headers.push('Content-Length', String(x.body?.length ?? 0));
  }
  if (!settings.proxy_pass_request_headers) return headers;
  const raw = x.request.rawHeaders;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] ?? '';
    const lower = name.toLowerCase();
    if (!notPassedOn.has(lower) && !set.has(lower) && validName.test(name))
      headers.push(name, raw[i + 1] ?? '');
  }
  return headers;
};

/** Said by this server itself, or none of the client's business. */
const hidden = new Set(
  [
    'date',
    'server',
    'x-pad',
    'connection',
    'keep-alive',
    'transfer-encoding',
    'te',
    'trailer',
    'upgrade',
  ].concat(
    ['content-type', 'content-length', 'etag', 'x-accel-expires', 'x-accel-redirect', 'x-accel-limit-rate'],
    ['x-accel-buffering', 'x-accel-charset'],
  ),
);

/** As `proxy_redirect default`: a Location that names the upstream is made one of this server. */
const redirected = (x: Exchange, pass: Pass, location: string): string => {
  const from = `http://${pass.host}${pass.uri ?? '/'}`;
  if (!x.target.settings.proxy_redirect || !location.startsWith(from)) return location;
  return publicLocation(x, (pass.uri === undefined ? '/' : x.target.prefix) + location.slice(from.length));
};

/** Headers for the client, names and values in turn, without those that the reply carries in fields. */
export const passedHeaders = (x: Exchange, pass: Pass, raw: readonly string[]): string[] => {
  const hide = x.target.settings.proxy_hide_header;
  const headers: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] ?? '';
    const value = raw[i + 1] ?? '';
    const lower = name.toLowerCase();
    if (hidden.has(lower) || hide.includes(lower)) continue;
    headers.push(name, lower === 'location' ? redirected(x, pass, value) : value);
  }
  return headers;
};
