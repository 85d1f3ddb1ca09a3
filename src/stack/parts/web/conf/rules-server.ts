import {
  arg,
  type Directive,
  fail,
  type LocationDraft,
  many,
  type Rules,
  type Scope,
  type ServerDraft,
  template,
} from './directive.ts';
import { loopback } from './loopback.ts';
import type { Listen, ServerName, TryFile } from './model.ts';
import { parseAddress, parseNumber, parsePort } from './values.ts';

export const regex = (source: string, flags: string, directive: { place: Directive['place'] }): RegExp => {
  try {
    return new RegExp(source, flags);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^.*: /s, '').toLowerCase() : 'invalid';
    return fail(`pcre2_compile() failed: ${why} in "${source}"`, directive);
  }
};

const listenFlags = new Set(['default_server', 'default', 'reuseport', 'deferred', 'bind', 'ssl']);

const parseListen = (directive: Directive): Listen => {
  const text = arg(directive);
  const wrong = (what: string) => fail(`${what} in "${text}" of the "listen" directive`, directive);
  const only = /^\d+$/.test(text);
  const address = only ? { host: '*', port: parsePort(text) } : parseAddress(text, 80);
  if (Number.isNaN(address.port)) wrong('invalid port');
  const host = loopback(address.host) ?? wrong('host not found');
  for (const flag of directive.args.slice(1)) {
    if (!listenFlags.has(flag) && !/^(backlog|so_keepalive|rcvbuf|sndbuf)=/.test(flag)) {
      if (flag === 'http2') fail('the "http2" parameter is not obeyed by the embedded web server', directive);
      fail(`invalid parameter "${flag}"`, directive);
    }
  }
  return {
    host,
    port: address.port,
    isDefault: directive.args.some(flag => /^default(_server)?$/.test(flag)),
    ssl: directive.args.includes('ssl', 1),
  };
};

/** `.example.com` stands for the name itself and for everything below it. */
const parseServerName = (text: string, directive: Directive): ServerName[] => {
  const name = text.toLowerCase();
  if (name.startsWith('~')) return [{ kind: 'pattern', pattern: regex(text.slice(1), 'i', directive) }];
  const [, leading = '', middle = '', trailing] = /^(\*?\.)?(.*?)(\.\*)?$/s.exec(name) ?? [];
  if (middle.includes('*') || (leading && (trailing || middle === ''))) {
    fail(`server name "${text}" is invalid`, directive);
  }
  if (trailing) return [{ kind: 'trailing', name: `${middle}.` }];
  const exact: ServerName = { kind: 'exact', name: middle };
  if (leading === '') return [exact];
  const below: ServerName = { kind: 'leading', name: `.${middle}` };
  return leading === '.' ? [exact, below] : [below];
};

const openServer = (scope: Scope, { place }: Directive): Scope => {
  const server: ServerDraft = { names: [], name: '', listens: [], locations: [], settings: {}, place };
  scope.draft.servers.push(server);
  return { ...scope, context: 'server', server, settings: server.settings };
};

const modifiers = ['=', '^~', '~', '~*'] as const;

const openLocation = (scope: Scope, directive: Directive): Scope => {
  const [first = '', second] = directive.args;
  const glued = second === undefined ? /^(=|\^~|~\*|~)(.+)$/s.exec(first) : null;
  const modifier = second === undefined ? (glued?.[1] ?? '') : first;
  const pattern = second ?? glued?.[2] ?? first;
  const kind =
    modifier === '' ? (pattern.startsWith('@') ? '@' : '') : modifiers.find(one => one === modifier);
  if (kind === undefined) return fail(`invalid location modifier "${modifier}"`, directive);
  const inside: LocationDraft = { kind, pattern, settings: {}, place: directive.place };
  if (kind === '~' || kind === '~*') inside.regex = regex(pattern, kind === '~' ? '' : 'i', directive);
  scope.server?.locations.push(inside);
  return { ...scope, context: 'location', location: inside, settings: inside.settings };
};

const setTryFiles = (scope: Scope, directive: Directive): void => {
  const place = scope.location ?? scope.server;
  if (!place) return;
  if (place.tryFiles) fail('"try_files" directive is duplicate', directive);
  const last = directive.args.length - 1;
  place.tryFiles = directive.args.map((text, i): TryFile => {
    if (i < last) {
      const folder = text.endsWith('/');
      return { kind: 'path', path: template(scope, folder ? text.slice(0, -1) : text, directive), folder };
    }
    if (!text.startsWith('=')) return { kind: 'uri', uri: template(scope, text, directive) };
    const status = parseNumber(text.slice(1));
    return status !== undefined && status <= 999
      ? { kind: 'code', status }
      : fail(`invalid code "${text}"`, directive);
  });
};

const setReturn = (scope: Scope, directive: Directive): void => {
  const place = scope.location ?? scope.server;
  // As in nginx, the first one ends the request, so a second one is never reached.
  if (!place || place.returns) return;
  const [first = '', text] = directive.args;
  const link = text === undefined && /^(https?:\/\/|\$scheme)/.test(first);
  const status = link ? 302 : parseNumber(first);
  if (status === undefined || status > 999) fail(`invalid return code "${first}"`, directive);
  const body = link ? first : text;
  place.returns = { status, text: body === undefined ? undefined : template(scope, body, directive) };
};

/** Choosing the server and the location, and what they do at once. */
export const serverRules: Rules = {
  server: { in: ['http'], args: [0, 0], open: openServer },
  listen: {
    in: ['server'],
    args: [1, many],
    set: ({ server }, directive) => {
      const listen = parseListen(directive);
      if (server?.listens.some(({ host, port }) => host === listen.host && port === listen.port)) {
        fail(`a duplicate listen ${arg(directive)}`, directive);
      }
      server?.listens.push(listen);
    },
  },
  server_name: {
    in: ['server'],
    args: [1, many],
    set: ({ server }, directive) => {
      if (!server) return;
      server.name ||= arg(directive);
      server.names.push(...directive.args.flatMap(text => parseServerName(text, directive)));
    },
  },
  location: { in: ['server'], args: [1, 2], open: openLocation },
  internal: {
    in: ['location'],
    args: [0, 0],
    set: ({ location }) => {
      if (location) location.internal = true;
    },
  },
  try_files: { in: ['server', 'location'], args: [2, many], set: setTryFiles },
  return: { in: ['server', 'location'], args: [1, 2], set: setReturn },
};
