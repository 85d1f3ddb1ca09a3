import {
  anyHttp,
  arg,
  type Directive,
  fail,
  flag,
  harmless,
  many,
  put,
  quantity,
  type Rule,
  type Rules,
  type Scope,
  template,
  type UpstreamDraft,
} from './directive.ts';
import { isLoopback, loopback } from './loopback.ts';
import type { Peer } from './model.ts';
import { parseAddress, parseNumber, parseSize, parseTime } from './values.ts';

/** What the kernel takes as the path of a UNIX socket, with the zero at its end (unix(7)). */
const maxPath = 108;

const peerAt = (place: Pick<Peer, 'host' | 'port' | 'path' | 'address'>): Peer => ({
  ...place,
  weight: 1,
  maxFails: 1,
  failTimeout: 10_000,
  backup: false,
  down: false,
});

/** An address that requests may be passed to. Throws ConfError when it is none on this machine. */
export const parsePeer = (text: string, directive: Pick<Directive, 'place'>): Peer => {
  if (/^unix:/i.test(text)) {
    const path = text.slice('unix:'.length);
    const wrong =
      path === ''
        ? 'no path in the unix domain socket'
        : Buffer.byteLength(path) >= maxPath && 'too long path in the unix domain socket';
    if (wrong) fail(`${wrong} in upstream "${text}"`, directive);
    return peerAt({ host: '', port: 0, path, address: `unix:${path}` });
  }
  const { host, port } = parseAddress(text, 80);
  if (host === '') fail(`no host in upstream "${text}"`, directive);
  if (Number.isNaN(port)) fail(`invalid port in upstream "${text}"`, directive);
  const address = loopback(host) ?? fail(`host not found in upstream "${text}"`, directive);
  if (!isLoopback(address)) {
    fail(`upstream "${text}" is not on this machine, and nothing may be sent beyond it`, directive);
  }
  const shown = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  return peerAt({ host: address, port, path: undefined, address: shown });
};

const setPeer = ({ upstream }: Scope, directive: Directive): void => {
  const peer = parsePeer(arg(directive), directive);
  for (const word of directive.args.slice(1)) {
    const wrong = () => fail(`invalid parameter "${word}"`, directive);
    const [key, value = ''] = word.split('=', 2);
    if (word === 'backup') peer.backup = true;
    else if (word === 'down') peer.down = true;
    else if (key === 'weight') peer.weight = parseNumber(value) || wrong();
    else if (key === 'max_fails') peer.maxFails = parseNumber(value) ?? wrong();
    else if (key === 'fail_timeout') peer.failTimeout = parseTime(value) ?? wrong();
    else wrong();
  }
  upstream?.peers.push(peer);
};

const setPass = ({ location }: Scope, directive: Directive): void => {
  if (!location) return;
  if (location.pass) fail('"proxy_pass" directive is duplicate', directive);
  const text = arg(directive);
  // The colon behind the path of a socket is where the URI begins.
  const [, host = '', uri] =
    /^http:\/\/(unix:[^:]*):?(.+)?$/is.exec(text) ??
    /^http:\/\/([^/]*)(\/.*)?$/is.exec(text) ??
    fail('invalid URL prefix', directive);
  if (text.includes('$'))
    fail('variables in "proxy_pass" are not obeyed by the embedded web server', directive);
  if (uri !== undefined && (location.regex || location.kind === '@')) {
    fail(
      '"proxy_pass" cannot have URI part in location given by regular expression, or inside named location, ' +
        'or inside "if" statement, or inside "limit_except" block',
      directive,
    );
  }
  location.pass = { host, uri, place: directive.place };
};

/** nginx's defaults. */
export const newUpstream = (peers: Peer[] = []): UpstreamDraft => ({
  peers,
  keepalive: 0,
  keepaliveRequests: 1000,
  keepaliveTimeout: 60_000,
  keepaliveTime: 3_600_000,
});

const upstreamQuantity = (
  key: 'keepaliveRequests' | 'keepaliveTimeout' | 'keepaliveTime',
  parse: (text: string) => number | undefined,
  what: 'number' | 'value',
): Rule => ({
  in: ['upstream'],
  args: [1, 1],
  set: ({ upstream }, directive) => {
    const value = parse(arg(directive)) ?? fail(`"${directive.name}" directive invalid ${what}`, directive);
    if (upstream) upstream[key] = value;
  },
});

const nextCases = new Set(
  ['error', 'timeout', 'invalid_header', 'non_idempotent', 'updating', 'off'].concat(
    [500, 502, 503, 504, 403, 404, 429].map(status => `http_${status}`),
  ),
);

/** Passing requests on. */
export const upstreamRules: Rules = {
  upstream: {
    in: ['http'],
    args: [1, 1],
    open: (scope, directive) => {
      const name = arg(directive);
      if (scope.draft.upstreams.has(name)) fail(`duplicate upstream "${name}"`, directive);
      const upstream = newUpstream();
      scope.draft.upstreams.set(name, upstream);
      return { ...scope, context: 'upstream', upstream };
    },
    close: ({ upstream }, directive) => {
      if (upstream?.peers.length === 0) fail('no servers are inside upstream', directive);
    },
  },
  server: { in: ['upstream'], args: [1, many], set: setPeer },
  keepalive_requests: upstreamQuantity('keepaliveRequests', parseNumber, 'number'),
  keepalive_timeout: upstreamQuantity('keepaliveTimeout', parseTime, 'value'),
  keepalive_time: upstreamQuantity('keepaliveTime', parseTime, 'value'),
  keepalive: {
    in: ['upstream'],
    args: [1, 1],
    set: ({ upstream }, directive) => {
      if (upstream?.keepalive) fail('"keepalive" directive is duplicate', directive);
      const idle =
        parseNumber(arg(directive)) ||
        fail(`invalid value "${arg(directive)}" in "keepalive" directive`, directive);
      if (upstream) upstream.keepalive = idle;
    },
  },
  zone: harmless(['upstream'], 1, 2),
  proxy_pass: { in: ['location'], args: [1, 1], set: setPass },
  proxy_set_header: {
    in: anyHttp,
    args: [2, 2],
    set: (scope, directive) => {
      const header = { name: arg(directive), value: template(scope, arg(directive, 1), directive) };
      scope.settings.proxy_set_header = [...(scope.settings.proxy_set_header ?? []), header];
    },
  },
  proxy_hide_header: {
    in: anyHttp,
    args: [1, 1],
    set: ({ settings }, directive) => {
      settings.proxy_hide_header = [...(settings.proxy_hide_header ?? []), arg(directive).toLowerCase()];
    },
  },
  proxy_http_version: {
    in: anyHttp,
    args: [1, 1],
    set: (scope, directive) => {
      const version = arg(directive);
      if (version !== '1.0' && version !== '1.1') fail(`invalid value "${version}"`, directive);
      put(scope, directive, 'proxy_http_version', version);
    },
  },
  proxy_next_upstream: {
    in: anyHttp,
    args: [1, many],
    set: (scope, directive) => {
      const wrong = directive.args.find(word => !nextCases.has(word));
      if (wrong !== undefined) fail(`invalid value "${wrong}"`, directive);
      put(scope, directive, 'proxy_next_upstream', new Set(directive.args));
    },
  },
  proxy_redirect: {
    in: anyHttp,
    args: [1, 1],
    set: (scope, directive) => {
      const value = arg(directive);
      if (value !== 'off' && value !== 'default') fail(`invalid parameter "${value}"`, directive);
      put(scope, directive, 'proxy_redirect', value === 'default');
    },
  },
  proxy_connect_timeout: quantity('proxy_connect_timeout', parseTime),
  proxy_send_timeout: quantity('proxy_send_timeout', parseTime),
  proxy_read_timeout: quantity('proxy_read_timeout', parseTime),
  proxy_next_upstream_timeout: quantity('proxy_next_upstream_timeout', parseTime),
  proxy_next_upstream_tries: quantity(
    'proxy_next_upstream_tries',
    parseNumber,
    ({ name }) => `"${name}" directive invalid number`,
  ),
  proxy_intercept_errors: flag('proxy_intercept_errors'),
  proxy_pass_request_headers: flag('proxy_pass_request_headers'),
  proxy_request_buffering: flag('proxy_request_buffering'),
  proxy_buffering: flag('proxy_buffering'),
  proxy_buffer_size: quantity('proxy_buffer_size', parseSize),
  proxy_buffers: harmless(anyHttp, 2),
  proxy_busy_buffers_size: harmless(anyHttp, 1),
  proxy_max_temp_file_size: harmless(anyHttp, 1),
  proxy_temp_file_write_size: harmless(anyHttp, 1),
  proxy_headers_hash_max_size: harmless(anyHttp, 1),
  proxy_headers_hash_bucket_size: harmless(anyHttp, 1),
};
