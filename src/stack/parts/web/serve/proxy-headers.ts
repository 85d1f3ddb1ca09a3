import type { Pass } from '../conf/model.ts';
import type { Exchange } from './exchange.ts';
import { publicLocation } from './location.ts';

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
