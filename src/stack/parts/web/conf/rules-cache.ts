import { resolve } from 'node:path';
import {
  anyHttp,
  arg,
  type Directive,
  type Draft,
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
} from './directive.ts';
import type { CacheValid, CacheZone } from './model.ts';
import { parseNumber, parseSize, parseTime } from './values.ts';

/** nginx's own figure: so many answers fit in a zone of one megabyte. */
const keysPerMegabyte = 8000;
/** Two pages of memory: less holds nothing. */
const leastZone = 8192;

const zoneOf = (draft: Draft, name: string): CacheZone => {
  const known = draft.zones.get(name);
  if (known) return known;
  const zone: CacheZone = {
    name,
    path: '',
    levels: [],
    keys: 0,
    maxSize: Number.POSITIVE_INFINITY,
    inactive: 600_000,
  };
  draft.zones.set(name, zone);
  return zone;
};

/** Lengths of the names of up to three folders. */
const parseLevels = (text: string): number[] | undefined =>
  /^[12](:[12]){0,2}$/.test(text) ? text.split(':').map(Number) : undefined;

const setPath = ({ draft }: Scope, directive: Directive): void => {
  const [folder = '', ...words] = directive.args;
  const path = resolve(draft.config.prefix, folder);
  let name = '';
  const given: Partial<CacheZone> = {};
  for (const word of words) {
    const wrong = (fault: string) => fail(`${fault} "${word}"`, directive);
    const [, key = word, value = ''] = /^(\w+)=(.*)$/s.exec(word) ?? [];
    if (key === 'levels') given.levels = parseLevels(value) ?? wrong('invalid "levels"');
    else if (key === 'keys_zone') {
      const [, zone = '', size = ''] = /^(.*?)(?::(.*))?$/s.exec(value) ?? [];
      const bytes = parseSize(size) ?? wrong('invalid keys zone size');
      if (bytes < leastZone) fail(`keys zone "${word}" is too small`, directive);
      name = zone;
      given.keys = Math.floor((bytes / 2 ** 20) * keysPerMegabyte);
    } else if (key === 'inactive') given.inactive = parseTime(value) ?? wrong('invalid inactive value');
    else if (key === 'max_size') given.maxSize = parseSize(value) ?? wrong('invalid max_size value');
    else if (key === 'use_temp_path') {
      if (value !== 'on' && value !== 'off')
        fail(`invalid use_temp_path value "${word}", it must be "on" or "off"`, directive);
    } else if (!/^(min_free|(manager|loader)_(files|sleep|threshold))$/.test(key)) wrong('invalid parameter');
  }
  if (name === '') fail('"proxy_cache_path" must have "keys_zone" parameter', directive);
  const zone = zoneOf(draft, name);
  if (zone.path !== '') fail(`duplicate zone "${name}"`, directive);
  Object.assign(zone, given, { path });
};

const setValid = (scope: Scope, directive: Directive): void => {
  const statuses = directive.args.slice(0, -1);
  const time = directive.args.at(-1) ?? '';
  const seconds = Math.floor((parseTime(time) ?? fail(`invalid time value "${time}"`, directive)) / 1000);
  const entries = (statuses.length > 0 ? statuses : ['200', '301', '302']).map((text): CacheValid => {
    if (text === 'any') return { status: 'any', seconds };
    const status = parseNumber(text) ?? 0;
    if (status < 100 || status > 599) fail(`invalid status "${text}"`, directive);
    return { status, seconds };
  });
  scope.settings.proxy_cache_valid = [...(scope.settings.proxy_cache_valid ?? []), ...entries];
};

/** Words out of a list. */
const words = (
  key: 'proxy_cache_use_stale' | 'proxy_cache_methods' | 'proxy_ignore_headers',
  known: readonly string[],
  write: (word: string) => string,
  always: readonly string[] = [],
): Rule => ({
  in: anyHttp,
  args: [1, many],
  set: (scope, directive) => {
    const wrong = directive.args.find(word => !known.includes(write(word)));
    if (wrong !== undefined) fail(`invalid value "${wrong}"`, directive);
    put(scope, directive, key, new Set([...always, ...directive.args.map(write)]));
  },
});

/** Conditions: one that gives neither an empty text nor `0` is enough. */
const conditions = (key: 'proxy_cache_bypass' | 'proxy_no_cache'): Rule => ({
  in: anyHttp,
  args: [1, many],
  set: (scope, directive) => {
    const fresh = directive.args.map(text => template(scope, text, directive));
    scope.settings[key] = [...(scope.settings[key] ?? []), ...fresh];
  },
});

const asWritten = (word: string): string => word;

/** Keeping answers of upstreams. */
export const cacheRules: Rules = {
  proxy_cache_path: { in: ['http'], args: [2, many], set: setPath },
  proxy_cache: {
    in: anyHttp,
    args: [1, 1],
    set: (scope, directive) => {
      const name = arg(directive);
      put(scope, directive, 'proxy_cache', name === 'off' ? 'off' : zoneOf(scope.draft, name));
    },
  },
  proxy_cache_key: {
    in: anyHttp,
    args: [1, 1],
    set: (scope, directive) =>
      put(scope, directive, 'proxy_cache_key', template(scope, arg(directive), directive)),
  },
  proxy_cache_valid: { in: anyHttp, args: [1, many], set: setValid },
  proxy_cache_use_stale: words(
    'proxy_cache_use_stale',
    ['error', 'timeout', 'invalid_header', 'updating', 'off'].concat(
      [500, 502, 503, 504, 403, 404, 429].map(status => `http_${status}`),
    ),
    asWritten,
  ),
  proxy_cache_methods: words('proxy_cache_methods', ['GET', 'HEAD', 'POST'], asWritten, ['GET', 'HEAD']),
  proxy_ignore_headers: words(
    'proxy_ignore_headers',
    [
      'x-accel-redirect',
      'x-accel-expires',
      'x-accel-limit-rate',
      'x-accel-buffering',
      'x-accel-charset',
    ].concat(['expires', 'cache-control', 'set-cookie', 'vary']),
    word => word.toLowerCase(),
  ),
  proxy_cache_bypass: conditions('proxy_cache_bypass'),
  proxy_no_cache: conditions('proxy_no_cache'),
  proxy_cache_min_uses: quantity(
    'proxy_cache_min_uses',
    parseNumber,
    ({ name }) => `"${name}" directive invalid number`,
  ),
  proxy_cache_lock: flag('proxy_cache_lock'),
  proxy_cache_lock_timeout: quantity('proxy_cache_lock_timeout', parseTime),
  proxy_cache_lock_age: quantity('proxy_cache_lock_age', parseTime),
  proxy_cache_revalidate: flag('proxy_cache_revalidate'),
  proxy_cache_background_update: flag('proxy_cache_background_update'),
  proxy_cache_convert_head: flag('proxy_cache_convert_head'),
  proxy_cache_max_range_offset: harmless(anyHttp, 1),
};
