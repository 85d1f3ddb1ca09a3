import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { systemError } from '../serve/system-error.ts';
import type { Directive, Draft, Rule, Rules, Scope } from './directive.ts';
import { elsewhere } from './elsewhere.ts';
import { ConfError, type Place } from './error.ts';
import { escapings } from './escape.ts';
import { finish } from './finish.ts';
import type { Config } from './model.ts';
import { cacheRules } from './rules-cache.ts';
import { httpRules } from './rules-http.ts';
import { mainRules } from './rules-main.ts';
import { addMapping, mapRules } from './rules-map.ts';
import { proxyRules } from './rules-proxy.ts';
import { serverRules } from './rules-server.ts';
import { tlsRules } from './rules-tls.ts';
import { upstreamRules } from './rules-upstream.ts';
import { type Statement, statements } from './tokens.ts';

const tables: Rules[] = [
  mainRules,
  httpRules,
  mapRules,
  serverRules,
  upstreamRules,
  proxyRules,
  cacheRules,
  tlsRules,
];

/** The rule for a directive at its place; nginx checks in this order too. */
const findRule = (scope: Scope, { words, end }: Statement, place: Place): Rule => {
  const name = words[0] ?? '';
  const rules = tables.flatMap(table => (Object.hasOwn(table, name) ? [table[name] as Rule] : []));
  const fail = (fault: string): never => {
    throw new ConfError(fault, place);
  };
  if (rules.length === 0) {
    if (elsewhere.has(name)) fail(`"${name}" directive is not obeyed by the embedded web server`);
    fail(`unknown directive "${name}"`);
  }
  const rule =
    rules.find(one => one.in.includes(scope.context)) ?? fail(`"${name}" directive is not allowed here`);
  if (rule.open && end !== '{') fail(`directive "${name}" has no opening "{"`);
  if (!rule.open && end !== ';') fail(`directive "${name}" is not terminated by ";"`);
  const [min, max] = rule.args;
  const count = words.length - 1;
  if (count < min || count > max) fail(`invalid number of arguments in "${name}" directive`);
  return rule;
};

/** In `types`, every statement is a type and its endings. */
const addType = (scope: Scope, { words, end }: Statement, place: Place): void => {
  const [type = '', ...endings] = words;
  if (end !== ';') throw new ConfError(`unexpected "{"`, place);
  for (const ending of endings) scope.settings.types?.set(ending.toLowerCase(), type);
};

/** Files that a path means, in which `*` and `?` stand for parts of a name; a pattern may mean none. */
const matching = (pattern: string): string[] => {
  if (!/[*?]/.test(basename(pattern))) return [pattern];
  const source = basename(pattern)
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const folder = dirname(pattern);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .filter(name => new RegExp(`^${source}$`).test(name))
    .sort()
    .map(name => join(folder, name));
};

const include = (scope: Scope, { args, place }: Directive, depth: number): void => {
  if (args.length !== 1) throw new ConfError('invalid number of arguments in "include" directive', place);
  const pattern = resolve(dirname(scope.draft.config.file), args[0] ?? '');
  if (depth > 20) throw new ConfError(`"${pattern}" includes itself`, place);
  for (const file of matching(pattern)) readFile(scope, file, depth + 1, place);
};

const readBlock = (
  scope: Scope,
  source: Generator<Statement>,
  file: string,
  inside: boolean,
  depth: number,
): Place => {
  for (;;) {
    const { value: statement } = source.next();
    if (!statement) return { file, line: 0 };
    const { words, end, line } = statement;
    const place = { file, line };
    if (end === 'eof') {
      if (inside) throw new ConfError('unexpected end of file, expecting "}"', place);
      return place;
    }
    if (end === '}') {
      if (!inside) throw new ConfError('unexpected "}"', place);
      return place;
    }
    const directive: Directive = { name: words[0] ?? '', args: words.slice(1), place };
    if (directive.name === 'include' && end === ';') include(scope, directive, depth);
    else if (scope.context === 'types') addType(scope, statement, place);
    else if (scope.context === 'map') addMapping(scope, directive, end);
    else {
      const rule = findRule(scope, statement, place);
      rule.set?.(scope, directive);
      const inner = rule.open?.(scope, directive);
      if (inner) {
        const last = readBlock(inner, source, file, true, depth);
        rule.close?.(inner, directive, last);
      }
    }
  }
};

const readFile = (scope: Scope, file: string, depth: number, from?: Place): void => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfError(`open() "${file}" failed (${systemError(error)})`, from);
  }
  readBlock(scope, statements(text, file), file, false, depth);
};

const combined =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';

/** Reads a configuration as nginx does with `-p prefix -c file`. Throws ConfError with nginx's words. */
export const readConfig = (prefix: string, file: string): Config => {
  const absolute = resolve(prefix, file);
  const draft: Draft = {
    config: {
      file: absolute,
      prefix: resolve(prefix),
      pid: resolve(prefix, 'logs/nginx.pid'),
      processes: 1,
      connections: 512,
    },
    seen: new Set(),
    formats: new Map([
      ['combined', { text: combined, write: escapings.default as (value: string | undefined) => string }],
    ]),
    upstreams: new Map(),
    maps: new Map(),
    zones: new Map(),
    memory: new Map(),
    servers: [],
    http: {},
    finished: [],
    unknown: [],
    warnings: [],
  };
  readFile({ context: 'main', draft, settings: {} }, absolute, 0);
  return finish(draft);
};
