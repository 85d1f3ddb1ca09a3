import { anyHttp, arg, type Directive, fail, put, type Rules, type Scope, template } from './directive.ts';
import type { Mapping } from './mapping.ts';
import type { Expires } from './model.ts';
import { regex } from './rules-server.ts';
import type { Statement } from './tokens.ts';
import { parseTime } from './values.ts';

const openMap = (scope: Scope, directive: Directive): Scope => {
  const [source = '', name = ''] = directive.args;
  if (!name.startsWith('$')) fail(`invalid variable name "${name}"`, directive);
  const mapping: Mapping = {
    source: template(scope, source, directive),
    exact: new Map(),
    patterns: [],
    otherwise: undefined,
    volatile: false,
  };
  scope.draft.maps.set(name.slice(1).toLowerCase(), mapping);
  return { ...scope, context: 'map', mapping };
};

/** In `map`, every statement is a value and what stands for it. */
export const addMapping = (scope: Scope, directive: Directive, end: Statement['end']): void => {
  const { mapping } = scope;
  const { name: value, args } = directive;
  if (end !== ';') fail('unexpected "{"', directive);
  if (value === 'volatile' && args.length === 0 && mapping) {
    mapping.volatile = true;
    return;
  }
  if (value === 'hostnames' && args.length === 0)
    fail('"hostnames" in "map" is not obeyed by the embedded web server', directive);
  if (args.length !== 1) fail('invalid number of the map parameters', directive);
  if (!mapping) return;
  const result = template(scope, arg(directive), directive);
  if (value === 'default') {
    if (mapping.otherwise) fail('duplicate default map parameter', directive);
    mapping.otherwise = result;
  } else if (value.startsWith('~')) {
    const [, caseless, source = ''] = /^~(\*?)(.*)$/s.exec(value) ?? [];
    mapping.patterns.push({ pattern: regex(source, caseless ? 'i' : '', directive), value: result });
  } else {
    // A backslash in front takes the special meaning away.
    const key = value.replace(/^\\/, '').toLowerCase();
    if (mapping.exact.has(key)) fail(`conflicting parameter "${key}"`, directive);
    mapping.exact.set(key, result);
  }
};

const parseExpires = (directive: Directive): Expires => {
  const wrong = (why: string): never => fail(`"expires" directive ${why}`, directive);
  const { args } = directive;
  const modified = args.length > 1;
  if (modified && args[0] !== 'modified') return wrong('invalid value');
  const value = args.at(-1) ?? '';
  const kind = (['off', 'epoch', 'max'] as const).find(one => one === value);
  if (!modified && kind) return { kind };
  const [, at, sign, time = ''] = /^(@?)([+-]?)(.*)$/s.exec(value) ?? [];
  if (at && modified) wrong('daily time cannot be used with "modified" parameter');
  const ms = parseTime(time);
  if (ms === undefined || /ms/.test(time) || (at && sign)) return wrong('invalid value');
  if (at && ms > day) wrong('daily time value must be less than 24 hours');
  const seconds = (sign === '-' ? -1 : 1) * (ms / 1000);
  return at ? { kind: 'daily', seconds } : { kind: 'after', seconds, modified };
};

const day = 86_400_000;

/** Variables of one's own, and how long answers may be used. */
export const mapRules: Rules = {
  map: { in: ['http'], args: [2, 2], open: openMap },
  expires: {
    in: anyHttp,
    args: [1, 2],
    set: (scope, directive) => {
      if (directive.args.some(text => text.startsWith('$')))
        fail('variables in "expires" are not obeyed by the embedded web server', directive);
      put(scope, directive, 'expires', parseExpires(directive));
    },
  },
};
