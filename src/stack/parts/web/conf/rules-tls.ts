import { dirname, resolve } from 'node:path';
import {
  arg,
  type Context,
  type Directive,
  fail,
  flag,
  many,
  parseFlag,
  put,
  quantity,
  type Rule,
  type Rules,
} from './directive.ts';
import { type TlsVersion, tlsVersions } from './model.ts';
import { parseSize, parseTime } from './values.ts';

const places: readonly Context[] = ['http', 'server'];

/** Paths begin at the folder of nginx.conf; there may be several, one for each kind of key. */
const path = (key: 'ssl_certificate' | 'ssl_certificate_key'): Rule => ({
  in: places,
  args: [1, 1],
  set: ({ draft, settings }, directive) => {
    const text = arg(directive);
    if (text.includes('$'))
      fail(`variables in "${key}" are not obeyed by the embedded web server`, directive);
    const file = resolve(dirname(draft.config.file), text);
    settings[key] = [...(settings[key] ?? []), { written: text, file }];
  },
});

const unknownToOpenssl = ['SSLv2', 'SSLv3'];

const parseVersion = (text: string, directive: Directive): TlsVersion[] => {
  // nginx knows them still; the OpenSSL of today does not.
  if (unknownToOpenssl.includes(text)) return [];
  return [tlsVersions.find(version => version === text) ?? fail(`invalid value "${text}"`, directive)];
};

/** nginx needs eight pages for a cache that its workers share. */
const leastCache = 8 * 4096;

/** `off`, `none`, `builtin[:size]`, `shared:name:size`: checked and not obeyed, because clients bring tickets. */
const checkCache = (text: string, directive: Directive): void => {
  const [kind, ...rest] = text.split(':');
  const size = parseSize(rest[1] ?? '');
  const valid =
    rest.length === 0
      ? ['off', 'none', 'builtin'].includes(text)
      : kind === 'builtin'
        ? rest.length === 1 && /^\d+$/.test(rest[0] ?? '')
        : kind === 'shared' && rest.length === 2 && rest[0] !== '' && size !== undefined;
  if (!valid) fail(`invalid session cache "${text}"`, directive);
  if (kind === 'shared' && (size ?? 0) < leastCache) fail(`session cache "${text}" is too small`, directive);
};

/** Speaking TLS; where that is done says `listen ... ssl`. */
export const tlsRules: Rules = {
  ssl_certificate: path('ssl_certificate'),
  ssl_certificate_key: path('ssl_certificate_key'),
  ssl_protocols: {
    in: places,
    args: [1, many],
    set: (scope, directive) => {
      const versions = directive.args.flatMap(text => parseVersion(text, directive));
      put(scope, directive, 'ssl_protocols', new Set(versions));
    },
  },
  ssl_ciphers: {
    in: places,
    args: [1, 1],
    set: (scope, directive) => put(scope, directive, 'ssl_ciphers', arg(directive)),
  },
  ssl_prefer_server_ciphers: { ...flag('ssl_prefer_server_ciphers'), in: places },
  ssl_session_timeout: { ...quantity('ssl_session_timeout', parseTime), in: places },
  ssl_session_tickets: {
    in: places,
    args: [1, 1],
    set: (scope, directive) => put(scope, directive, 'ssl_session_tickets', parseFlag(directive)),
  },
  ssl_session_cache: {
    in: places,
    args: [1, 2],
    set: (_, directive) => {
      for (const text of directive.args) checkCache(text, directive);
    },
  },
};
