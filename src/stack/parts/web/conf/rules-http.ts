import { resolve } from 'node:path';
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
  type Rules,
  type Scope,
  template,
} from './directive.ts';
import { escapings } from './escape.ts';
import type { AccessLog, Template } from './model.ts';
import { regex } from './rules-server.ts';
import { parseNumber, parseSize, parseTime } from './values.ts';

const wrongNumber = ({ name }: Directive): string => `"${name}" directive invalid number`;

const addFormat = (scope: Scope, directive: Directive): void => {
  const [name = '', ...rest] = directive.args;
  if (scope.draft.formats.has(name)) fail(`duplicate "log_format" name "${name}"`, directive);
  const escaping = rest[0]?.startsWith('escape=') ? rest.shift()?.slice(7) : 'default';
  const write = Object.hasOwn(escapings, escaping ?? '') ? escapings[escaping ?? ''] : undefined;
  if (!write) fail(`unknown log format escaping "${escaping}"`, directive);
  const text = rest.join('');
  template(scope, text, directive);
  scope.draft.formats.set(name, { text, write });
};

const addAccessLog = (scope: Scope, directive: Directive): void => {
  const [file = '', ...rest] = directive.args;
  const own = scope.settings.access_log ?? { off: false, logs: [] };
  scope.settings.access_log = own;
  if (file === 'off') {
    if (rest.length > 0) fail(`invalid parameter "${rest[0]}"`, directive);
    own.off = true;
    return;
  }
  const named = rest[0] !== undefined && !rest[0].includes('=') ? rest.shift() : undefined;
  const name = named ?? 'combined';
  const format = scope.draft.formats.get(name) ?? fail(`unknown log format "${name}"`, directive);
  let condition: Template | undefined;
  for (const word of rest) {
    if (word.startsWith('if=')) condition = template(scope, word.slice(3), directive);
    else if (!/^(buffer|flush)=/.test(word)) fail(`invalid parameter "${word}"`, directive);
  }
  const log: AccessLog = {
    file: resolve(scope.draft.config.prefix, file),
    line: template(scope, format.text, directive, format.write),
    condition,
  };
  own.logs.push(log);
};

const addErrorPage = (scope: Scope, directive: Directive): void => {
  const codes = directive.args.slice(0, -1);
  const to = directive.args.at(-1) ?? '';
  const last = codes.at(-1);
  let status: number | 'page' | undefined;
  if (last?.startsWith('=')) {
    codes.pop();
    status =
      last === '=' ? 'page' : (parseNumber(last.slice(1)) ?? fail(`invalid value "${last}"`, directive));
  }
  const numbers = codes.map(code => {
    const number = parseNumber(code) ?? fail(`invalid value "${code}"`, directive);
    return number >= 300 && number <= 599
      ? number
      : fail(`value "${code}" must be between 300 and 599`, directive);
  });
  scope.settings.error_page ??= [];
  scope.settings.error_page.push({ codes: numbers, status, to: template(scope, to, directive) });
};

const addHeader = (scope: Scope, directive: Directive): void => {
  const [name = '', value = '', always] = directive.args;
  if (always !== undefined && always !== 'always') fail(`invalid parameter "${always}"`, directive);
  scope.settings.add_header ??= [];
  scope.settings.add_header.push({
    name,
    value: template(scope, value, directive),
    always: always !== undefined,
  });
};

const proxiedCases = new Set(
  ['off', 'expired', 'no-cache', 'no-store', 'private'].concat([
    'no_last_modified',
    'no_etag',
    'auth',
    'any',
  ]),
);

/** What requests are answered with, and how that is written down. */
export const httpRules: Rules = {
  root: {
    in: anyHttp,
    args: [1, 1],
    set: (scope, directive) => {
      const text = arg(directive);
      const { prefix } = scope.draft.config;
      const value = template(scope, text.startsWith('$') ? text : resolve(prefix, text), directive);
      put(scope, directive, 'root', value);
    },
  },
  index: {
    in: anyHttp,
    args: [1, many],
    set: (scope, directive) => {
      const files = directive.args.map(text => template(scope, text, directive));
      scope.settings.index = [...(scope.settings.index ?? []), ...files];
    },
  },
  types: {
    in: anyHttp,
    args: [0, 0],
    open: scope => {
      scope.settings.types ??= new Map();
      return { ...scope, context: 'types' };
    },
  },
  default_type: {
    in: anyHttp,
    args: [1, 1],
    set: (scope, directive) => put(scope, directive, 'default_type', arg(directive)),
  },
  error_page: { in: anyHttp, args: [2, many], set: addErrorPage },
  add_header: { in: anyHttp, args: [2, 3], set: addHeader },
  log_format: { in: ['http'], args: [2, many], set: addFormat },
  access_log: { in: anyHttp, args: [1, many], set: addAccessLog },
  log_not_found: flag('log_not_found'),
  client_max_body_size: quantity('client_max_body_size', parseSize),
  client_body_buffer_size: quantity('client_body_buffer_size', parseSize),
  client_body_temp_path: {
    in: anyHttp,
    args: [1, 4],
    set: (scope, directive) =>
      put(scope, directive, 'client_body_temp_path', resolve(scope.draft.config.prefix, arg(directive))),
  },
  client_body_timeout: quantity('client_body_timeout', parseTime),
  client_header_timeout: { ...quantity('client_header_timeout', parseTime), in: ['http', 'server'] },
  keepalive_requests: quantity('keepalive_requests', parseNumber, wrongNumber),
  keepalive_timeout: {
    in: anyHttp,
    args: [1, 2],
    set: (scope, directive) => {
      const times = directive.args.map(
        text => parseTime(text) ?? fail('"keepalive_timeout" directive invalid value', directive),
      );
      put(scope, directive, 'keepalive_timeout', times[0] ?? 0);
      scope.settings.keepalive_header = Math.floor((times[1] ?? 0) / 1000);
    },
  },
  server_tokens: {
    in: anyHttp,
    args: [1, 1],
    set: (scope, directive) => {
      const value = arg(directive);
      if (!['on', 'off', 'build'].includes(value)) fail(`invalid value "${value}"`, directive);
      put(scope, directive, 'server_tokens', value !== 'off');
    },
  },
  absolute_redirect: flag('absolute_redirect'),
  port_in_redirect: flag('port_in_redirect'),
  etag: flag('etag'),
  gzip: flag('gzip'),
  gzip_vary: flag('gzip_vary'),
  gzip_min_length: quantity('gzip_min_length', parseSize),
  gzip_comp_level: quantity(
    'gzip_comp_level',
    text => (/^[1-9]$/.test(text) ? Number(text) : undefined),
    directive =>
      parseNumber(arg(directive)) === undefined ? wrongNumber(directive) : 'value must be between 1 and 9',
  ),
  gzip_types: {
    in: anyHttp,
    args: [1, many],
    set: ({ settings }, directive) => {
      settings.gzip_types = new Set([...(settings.gzip_types ?? ['text/html']), ...directive.args]);
    },
  },
  gzip_http_version: {
    in: anyHttp,
    args: [1, 1],
    set: (scope, directive) => {
      const version = arg(directive);
      if (version !== '1.0' && version !== '1.1') fail(`invalid value "${version}"`, directive);
      put(scope, directive, 'gzip_http_version', version);
    },
  },
  gzip_buffers: harmless(anyHttp, 2),
  gzip_proxied: {
    in: anyHttp,
    args: [1, many],
    set: ({ settings }, directive) => {
      const wrong = directive.args.find(word => !proxiedCases.has(word));
      if (wrong !== undefined) fail(`invalid value "${wrong}"`, directive);
      settings.gzip_proxied = new Set([...(settings.gzip_proxied ?? []), ...directive.args]);
    },
  },
  gzip_disable: {
    in: anyHttp,
    args: [1, many],
    set: ({ settings }, directive) => {
      const patterns = directive.args.map(text =>
        text === 'msie6' ? /MSIE [4-6]\.(?!.*SV1)/ : regex(text, 'i', directive),
      );
      settings.gzip_disable = [...(settings.gzip_disable ?? []), ...patterns];
    },
  },
  sendfile: flag('sendfile'),
  tcp_nopush: flag('tcp_nopush'),
  tcp_nodelay: flag('tcp_nodelay'),
  sendfile_max_chunk: harmless(anyHttp, 1),
  aio: harmless(anyHttp, 1),
  output_buffers: harmless(anyHttp, 2),
  postpone_output: harmless(anyHttp, 1),
  send_timeout: harmless(anyHttp, 1),
  lingering_close: harmless(anyHttp, 1),
  lingering_time: harmless(anyHttp, 1),
  lingering_timeout: harmless(anyHttp, 1),
  reset_timedout_connection: harmless(anyHttp, 1),
  open_file_cache: harmless(anyHttp, 1, 2),
  open_file_cache_valid: harmless(anyHttp, 1),
  open_file_cache_min_uses: harmless(anyHttp, 1),
  open_file_cache_errors: harmless(anyHttp, 1),
  open_log_file_cache: harmless(anyHttp, 1, 4),
  proxy_temp_path: harmless(anyHttp, 1, 4),
  fastcgi_temp_path: harmless(anyHttp, 1, 4),
  uwsgi_temp_path: harmless(anyHttp, 1, 4),
  scgi_temp_path: harmless(anyHttp, 1, 4),
};
