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
  warn,
} from './directive.ts';
import { parseNumber, parseSize, parseTime } from './values.ts';

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

const nextCases = new Set(
  ['error', 'timeout', 'invalid_header', 'non_idempotent', 'updating', 'off'].concat(
    [500, 502, 503, 504, 403, 404, 429].map(status => `http_${status}`),
  ),
);

/** Passing requests on. */
export const proxyRules: Rules = {
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
  // Several of them in one place add up.
  proxy_next_upstream: {
    in: anyHttp,
    args: [1, many],
    set: (scope, directive) => {
      const cases = scope.settings.proxy_next_upstream ?? new Set();
      for (const word of directive.args) {
        if (!nextCases.has(word)) fail(`invalid value "${word}"`, directive);
        if (cases.has(word)) warn(scope, `duplicate value "${word}"`, directive);
        cases.add(word);
      }
      scope.settings.proxy_next_upstream = cases;
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
