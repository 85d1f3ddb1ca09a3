import type { Pass, Settings, Template } from '../../conf/model.ts';
import { hasBody } from '../body.ts';
import type { Exchange } from '../exchange.ts';
import { headerValue } from '../header-value.ts';
import { escapeUri } from '../path.ts';

/** They belong to one connection (RFC 9110, section 7.6.1), or are said anew. */
const notPassedOn = [
  'host',
  'connection',
  'keep-alive',
  'te',
  'transfer-encoding',
  'content-length',
  'expect',
  'upgrade',
  'proxy-connection',
];

/** With a cache, these would ask for less than the whole answer, and everybody wants it. */
const notCached = [
  'if-modified-since',
  'if-unmodified-since',
  'if-none-match',
  'if-match',
  'range',
  'if-range',
];

/** nginx ignores header names with anything else in them, such as `_`, which others take for `-`. */
const validName = /^[a-z0-9-]+$/i;

/** What is the same for all requests that obey the same settings. */
interface Plan {
  set: [name: string, value: Template][];
  /** Of the client's headers, those that stay here. */
  stay: Set<string>;
  setsLength: boolean;
}

const plans = new WeakMap<Settings, Plan>();

const planOf = (settings: Settings): Plan => {
  const known = plans.get(settings);
  if (known) return known;
  const set = new Map<string, [string, Template]>([
    ['host', ['Host', x => x.target.pass?.host ?? '']],
    ['connection', ['Connection', () => 'close']],
  ]);
  for (const { name, value } of settings.proxy_set_header) set.set(name.toLowerCase(), [name, value]);
  const plan = {
    set: [...set.values()],
    stay: new Set([...notPassedOn, ...set.keys(), ...(settings.proxy_cache === 'off' ? [] : notCached)]),
    setsLength: set.has('content-length'),
  };
  plans.set(settings, plan);
  return plan;
};

/** Path to ask for: as it came, or rewritten when `proxy_pass` has a URI of its own. */
export const upstreamPath = (x: Exchange, { uri }: Pass): string => {
  const query = x.args ? `?${x.args}` : '';
  if (uri !== undefined) return uri + escapeUri(x.uri.slice(x.target.prefix.length)) + query;
  return x.untouched ? x.requestUri : escapeUri(x.uri) + query;
};

/** A decoded path can get into the arguments by way of `try_files`; it must not end the line there. */
const safePath = (path: string): string =>
  /[^\x21-\x7e\x80-\xff]/.test(path) ? path.replace(/[^\x21-\x7e]/gu, encodeURIComponent) : path;

export interface RequestHead {
  method: string;
  path: string;
  /** Bytes of the body, or that they come in chunks. */
  body: number | 'chunked' | undefined;
  /** What the cache asks in addition: names and values in turn. */
  more: readonly string[];
}

const withBody = new Set(['POST', 'PUT', 'PATCH']);

/** The head of the request for the upstream: what the client sent, changed by `proxy_set_header`. */
export const requestHead = (x: Exchange, { method, path, body, more }: RequestHead): string => {
  const { settings } = x.target;
  const { set, stay, setsLength } = planOf(settings);
  let head = `${method} ${safePath(path)} HTTP/${settings.proxy_http_version}\r\n`;
  for (const [name, value] of set) {
    const text = value(x);
    if (text !== '') head += `${name}: ${headerValue(text)}\r\n`;
  }
  for (let i = 0; i < more.length; i += 2) head += `${more[i]}: ${headerValue(more[i + 1] ?? '')}\r\n`;
  if (body === 'chunked') head += 'Transfer-Encoding: chunked\r\n';
  else if (!setsLength && (body !== undefined || hasBody(x) || withBody.has(method))) {
    head += `Content-Length: ${body ?? 0}\r\n`;
  }
  if (settings.proxy_pass_request_headers) {
    const raw = x.request.rawHeaders;
    for (let i = 0; i < raw.length; i += 2) {
      const name = raw[i] as string;
      if (!stay.has(name.toLowerCase()) && validName.test(name)) head += `${name}: ${raw[i + 1]}\r\n`;
    }
  }
  return `${head}\r\n`;
};
