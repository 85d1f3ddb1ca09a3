import type { Variable } from '../serve/variables.ts';
import { ConfError, type Place } from './error.ts';
import { type Mapping, mapped } from './mapping.ts';
import type {
  CacheZone,
  Config,
  ErrorLog,
  Return,
  Server,
  Settings,
  Template,
  TryFile,
  Upstream,
} from './model.ts';
import { compile } from './template.ts';

export type Context = 'main' | 'events' | 'http' | 'upstream' | 'server' | 'location' | 'types' | 'map';

/** A configuration that is still being read. */
export interface Draft {
  config: Pick<Config, 'file' | 'prefix' | 'pid'> & {
    errorLog?: ErrorLog;
    processes: number;
    connections: number;
  };
  /** Blocks that may stand only once. */
  seen: Set<string>;
  formats: Map<string, Format>;
  upstreams: Map<string, UpstreamDraft>;
  /** What `map` makes, by name. */
  maps: Map<string, Mapping>;
  zones: Map<string, CacheZone>;
  /** Bytes of memory that `zone` reserves, by its name. */
  memory: Map<string, number>;
  servers: ServerDraft[];
  http: Partial<Settings>;
  /** Made at the end of `http`. */
  finished: Server[];
  /** Names in use that are no variables of nginx's own. */
  unknown: string[];
  warnings: string[];
}

export interface Format {
  text: string;
  write: (value: string | undefined) => string;
}

export interface UpstreamDraft extends Upstream {
  place: Place;
}

export interface PassDraft {
  host: string;
  uri: string | undefined;
  place: Place;
}

export interface PlaceDraft {
  settings: Partial<Settings>;
  pass?: PassDraft;
  tryFiles?: TryFile[];
  returns?: Return;
  internal?: boolean;
}

export interface LocationDraft extends PlaceDraft {
  kind: '=' | '' | '^~' | '~' | '~*' | '@';
  pattern: string;
  regex?: RegExp;
  place: Place;
}

export interface ServerDraft extends PlaceDraft, Pick<Server, 'names' | 'name' | 'listens'> {
  locations: LocationDraft[];
  place: Place;
}

/** Where a directive stands. */
export interface Scope {
  context: Context;
  draft: Draft;
  settings: Partial<Settings>;
  server?: ServerDraft;
  location?: LocationDraft;
  upstream?: UpstreamDraft;
  mapping?: Mapping;
}

export interface Directive {
  name: string;
  args: string[];
  place: Place;
}

/** One directive: where it may stand, how many words follow it, and what it does. */
export interface Rule {
  in: readonly Context[];
  args: readonly [min: number, max: number];
  set?(scope: Scope, directive: Directive): void;
  /** Makes it a block. */
  open?(scope: Scope, directive: Directive): Scope;
  close?(inner: Scope, directive: Directive, end: Place): void;
}

export type Rules = Record<string, Rule>;

export const anyHttp = ['http', 'server', 'location'] as const;
export const many = Number.POSITIVE_INFINITY;

// The annotation lets TypeScript know that nothing behind a call is reached.
export const fail: (fault: string, at: { place: Place }) => never = (fault, { place }) => {
  throw new ConfError(fault, place);
};

/** The n-th word behind the name; the number of words has been checked. */
export const arg = (directive: Directive, index = 0): string => directive.args[index] ?? '';

export const template = (
  { draft }: Scope,
  text: string,
  { place }: { place: Place },
  write?: Format['write'],
): Template => {
  const unknown = (name: string): Variable => {
    draft.unknown.push(name);
    return x => mapped(draft.maps.get(name), x);
  };
  return compile(text, { place, unknown, ...(write && { write }) });
};

type Keys<V> = {
  [K in keyof Settings]-?: Settings[K] extends V ? (V extends Settings[K] ? K : never) : never;
}[keyof Settings];

/** Sets what may be said once in each place. */
export const put = <K extends keyof Settings>(
  scope: Scope,
  directive: Directive,
  key: K,
  value: Settings[K],
): void => {
  if (scope.settings[key] !== undefined) fail(`"${directive.name}" directive is duplicate`, directive);
  scope.settings[key] = value;
};

export const parseFlag = (directive: Directive): boolean => {
  const value = arg(directive).toLowerCase();
  if (value !== 'on' && value !== 'off') {
    fail(
      `invalid value "${arg(directive)}" in "${directive.name}" directive, it must be "on" or "off"`,
      directive,
    );
  }
  return value === 'on';
};

export const flag = (key: Keys<boolean>): Rule => ({
  in: anyHttp,
  args: [1, 1],
  set: (scope, directive) => put(scope, directive, key, parseFlag(directive)),
});

/** nginx goes on, and says so. */
export const warn = ({ draft }: Scope, text: string, { place }: { place: Place }): void => {
  draft.warnings.push(`${text} in ${place.file}:${place.line}`);
};

/** A size, time or number, by the function that reads it. */
export const quantity = (
  key: Keys<number>,
  parse: (text: string) => number | undefined,
  wrong = (directive: Directive) => `"${directive.name}" directive invalid value`,
): Rule => ({
  in: anyHttp,
  args: [1, 1],
  set: (scope, directive) =>
    put(scope, directive, key, parse(arg(directive)) ?? fail(wrong(directive), directive)),
});

/** Obeyed by doing nothing: it changes how fast or with how much memory nginx does the same. */
export const harmless = (contexts: readonly Context[], min: number, max = min): Rule => ({
  in: contexts,
  args: [min, max],
});
