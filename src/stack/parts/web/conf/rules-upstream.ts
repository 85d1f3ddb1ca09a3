import {
  arg,
  type Directive,
  fail,
  many,
  type Rule,
  type Rules,
  type Scope,
  template,
  warn,
} from './directive.ts';
import type { Method } from './model.ts';
import { newUpstream, parsePeer } from './peers.ts';
import { parseNumber, parseSize, parseTime } from './values.ts';

/** What choosing in another way than in turn cannot do. */
const withoutBackup: readonly Method['kind'][] = ['ip_hash', 'hash', 'random'];

/** Seconds: nginx takes nothing finer here. */
const parseSeconds = (text: string): number | undefined => {
  const ms = /ms/.test(text) ? undefined : parseTime(text);
  return ms === undefined ? undefined : ms / 1000;
};

const setPeer = ({ upstream }: Scope, directive: Directive): void => {
  if (!upstream) return;
  const given: Partial<ReturnType<typeof parsePeer>> = {};
  for (const word of directive.args.slice(1)) {
    const wrong = () => fail(`invalid parameter "${word}"`, directive);
    const [key, value = ''] = word.split('=', 2);
    if (word === 'backup') {
      if (withoutBackup.includes(upstream.method.kind))
        fail(`balancing method does not support parameter "${word}"`, directive);
      given.backup = true;
    } else if (word === 'down') given.down = true;
    else if (key === 'weight') given.weight = parseNumber(value) || wrong();
    else if (key === 'max_conns') given.maxConns = parseNumber(value) ?? wrong();
    else if (key === 'max_fails') given.maxFails = parseNumber(value) ?? wrong();
    else if (key === 'fail_timeout') given.failTimeout = parseSeconds(value) ?? wrong();
    else wrong();
  }
  upstream.peers.push({ ...parsePeer(arg(directive), directive), ...given });
};

/** A way of choosing; the last one counts. */
const method = (
  args: Rule['args'],
  read: (scope: Scope, directive: Directive, wrong: (word: string) => never) => Method,
): Rule => ({
  in: ['upstream'],
  args,
  set: (scope, directive) => {
    const { upstream } = scope;
    if (!upstream) return;
    const wrong = (word: string): never => fail(`invalid parameter "${word}"`, directive);
    const chosen = read(scope, directive, wrong);
    if (upstream.method.kind !== 'round_robin' || upstream.keepalive > 0)
      warn(scope, 'load balancing method redefined', directive);
    upstream.method = chosen;
    // As in nginx: `keepalive` counts only behind it.
    upstream.keepalive = 0;
  },
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

/** Eight pages of memory. */
const leastZone = 8 * 4096;

/** The servers of an upstream, and how one of them is chosen. */
export const upstreamRules: Rules = {
  upstream: {
    in: ['http'],
    args: [1, 1],
    open: (scope, directive) => {
      const name = arg(directive);
      if (scope.draft.upstreams.has(name)) fail(`duplicate upstream "${name}"`, directive);
      const upstream = newUpstream(name, directive.place);
      scope.draft.upstreams.set(name, upstream);
      return { ...scope, context: 'upstream', upstream };
    },
    close: ({ upstream }, directive) => {
      if (upstream?.peers.length === 0) fail('no servers are inside upstream', directive);
    },
  },
  server: { in: ['upstream'], args: [1, many], set: setPeer },
  least_conn: method([0, 0], () => ({ kind: 'least_conn' })),
  ip_hash: method([0, 0], () => ({ kind: 'ip_hash' })),
  hash: method([1, 2], (scope, directive, wrong) => {
    const [key = '', how] = directive.args;
    if (how !== undefined && how !== 'consistent') wrong(how);
    return { kind: 'hash', key: template(scope, key, directive), consistent: how !== undefined };
  }),
  random: method([0, 2], (_, { args: [two, how] }, wrong) => {
    if (two !== undefined && two !== 'two') wrong(two);
    if (how !== undefined && how !== 'least_conn') wrong(how);
    return { kind: 'random', two: two !== undefined };
  }),
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
  // What the workers of nginx share; here there is one that knows everything.
  zone: {
    in: ['upstream'],
    args: [1, 2],
    set: ({ draft: { memory } }, directive) => {
      const [name = '', size] = directive.args;
      if (name === '') fail(`invalid zone name "${name}"`, directive);
      const bytes = size === undefined ? 0 : parseSize(size);
      if (bytes === undefined) return fail(`invalid zone size "${size}"`, directive);
      if (size !== undefined && bytes < leastZone) fail(`zone "${name}" is too small`, directive);
      memory.set(name, Math.max(bytes, memory.get(name) ?? 0));
    },
  },
};
