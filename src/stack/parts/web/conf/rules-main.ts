import { resolve } from 'node:path';
import { arg, type Directive, fail, harmless, many, parseFlag, type Rules, type Scope } from './directive.ts';
import { finishServers } from './finish.ts';
import { type LogLevel, logLevels } from './model.ts';
import { parseNumber, parseSize } from './values.ts';

/** A block that may stand once. */
const once = (scope: Scope, directive: Directive): void => {
  if (scope.draft.seen.has(directive.name)) fail(`"${directive.name}" directive is duplicate`, directive);
  scope.draft.seen.add(directive.name);
};

const logLevel = (directive: Directive): LogLevel =>
  directive.args.length < 2
    ? 'error'
    : (logLevels.find(level => level === arg(directive, 1)) ??
      fail(`invalid log level "${arg(directive, 1)}"`, directive));

/** What stands outside of `http`, and `error_log`, which stands everywhere. */
export const mainRules: Rules = {
  user: harmless(['main'], 1, 2),
  daemon: { in: ['main'], args: [1, 1], set: (_, directive) => void parseFlag(directive) },
  master_process: { in: ['main'], args: [1, 1], set: (_, directive) => void parseFlag(directive) },
  worker_cpu_affinity: harmless(['main'], 1, many),
  worker_priority: harmless(['main'], 1),
  worker_rlimit_nofile: harmless(['main'], 1),
  worker_shutdown_timeout: harmless(['main'], 1),
  pcre_jit: { in: ['main'], args: [1, 1], set: (_, directive) => void parseFlag(directive) },
  lock_file: harmless(['main'], 1),
  use: harmless(['events'], 1),
  multi_accept: { in: ['events'], args: [1, 1], set: (_, directive) => void parseFlag(directive) },
  accept_mutex: { in: ['events'], args: [1, 1], set: (_, directive) => void parseFlag(directive) },

  pid: {
    in: ['main'],
    args: [1, 1],
    set: (scope, directive) => {
      once(scope, directive);
      scope.draft.config.pid = resolve(scope.draft.config.prefix, arg(directive));
    },
  },
  worker_processes: {
    in: ['main'],
    args: [1, 1],
    set: (scope, directive) => {
      once(scope, directive);
      const value = arg(directive) === 'auto' ? 1 : parseNumber(arg(directive));
      scope.draft.config.processes = value ?? fail('"worker_processes" directive invalid value', directive);
    },
  },
  worker_connections: {
    in: ['events'],
    args: [1, 1],
    set: (scope, directive) => {
      once(scope, directive);
      scope.draft.config.connections =
        parseNumber(arg(directive)) ?? fail(`invalid number "${arg(directive)}"`, directive);
    },
  },
  error_log: {
    in: ['main', 'http', 'server', 'location'],
    args: [1, 2],
    set: (scope, directive) => {
      const name = arg(directive);
      const file = name === 'stderr' ? name : resolve(scope.draft.config.prefix, name);
      const log = { file, level: logLevel(directive) };
      if (scope.context === 'main') scope.draft.config.errorLog = log;
      else scope.settings.error_log = log;
    },
  },
  events: {
    in: ['main'],
    args: [0, 0],
    open: (scope, directive) => {
      once(scope, directive);
      return { ...scope, context: 'events' };
    },
  },
  http: {
    in: ['main'],
    args: [0, 0],
    open: (scope, directive) => {
      once(scope, directive);
      return { ...scope, context: 'http', settings: scope.draft.http };
    },
    close: ({ draft }, _, end) => finishServers(draft, end),
  },
  types_hash_max_size: harmless(['http', 'server', 'location'], 1),
  types_hash_bucket_size: harmless(['http', 'server', 'location'], 1),
  server_names_hash_max_size: harmless(['http'], 1),
  server_names_hash_bucket_size: harmless(['http'], 1),
  map_hash_max_size: harmless(['http'], 1),
  map_hash_bucket_size: harmless(['http'], 1),
  variables_hash_max_size: harmless(['http'], 1),
  variables_hash_bucket_size: harmless(['http'], 1),
  large_client_header_buffers: harmless(['http', 'server'], 2),
  client_header_buffer_size: {
    in: ['http', 'server'],
    args: [1, 1],
    set: (_, directive) => {
      if (parseSize(arg(directive)) === undefined) {
        fail('"client_header_buffer_size" directive invalid value', directive);
      }
    },
  },
};
