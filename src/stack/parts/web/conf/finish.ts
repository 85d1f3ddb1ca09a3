import { resolve } from 'node:path';
import type { Draft, LocationDraft, PassDraft, PlaceDraft, ServerDraft } from './directive.ts';
import { ConfError } from './error.ts';
import type { Config, Locations, Pass, Server, Settings, Target } from './model.ts';
import { parsePeer } from './rules-upstream.ts';
import { compile } from './template.ts';

const minute = 60_000;

/** nginx's defaults. */
const defaults = (draft: Draft): Settings => {
  const { prefix } = draft.config;
  const place = { file: draft.config.file, line: 0 };
  const template = (text: string, write?: (value: string | undefined) => string) =>
    compile(text, { place, unknown: () => {}, ...(write && { write }) });
  const combined = draft.formats.get('combined');
  return {
    root: template(resolve(prefix, 'html')),
    index: [template('index.html')],
    default_type: 'text/plain',
    types: new Map([
      ['html', 'text/html'],
      ['gif', 'image/gif'],
      ['jpg', 'image/jpeg'],
    ]),
    error_page: [],
    add_header: [],
    access_log: {
      off: false,
      logs: [
        {
          file: resolve(prefix, 'logs/access.log'),
          line: template(combined?.text ?? '', combined?.write),
          condition: undefined,
        },
      ],
    },
    error_log: undefined,
    log_not_found: true,
    client_max_body_size: 2 ** 20,
    client_body_timeout: minute,
    client_header_timeout: minute,
    keepalive_timeout: 75_000,
    keepalive_requests: 1000,
    server_tokens: true,
    absolute_redirect: true,
    port_in_redirect: true,
    etag: true,
    sendfile: false,
    tcp_nopush: false,
    tcp_nodelay: true,
    gzip: false,
    gzip_types: new Set(['text/html']),
    gzip_min_length: 20,
    gzip_vary: false,
    gzip_comp_level: 1,
    gzip_http_version: '1.1',
    proxy_http_version: '1.0',
    proxy_set_header: [],
    proxy_hide_header: [],
    proxy_connect_timeout: minute,
    proxy_send_timeout: minute,
    proxy_read_timeout: minute,
    proxy_next_upstream: new Set(['error', 'timeout']),
    proxy_next_upstream_tries: 0,
    proxy_next_upstream_timeout: 0,
    proxy_intercept_errors: false,
    proxy_pass_request_headers: true,
    proxy_redirect: true,
  };
};

const finishPass = (draft: Draft, { host, uri, place }: PassDraft): Pass => {
  const known = draft.upstreams.get(host);
  if (known) return { upstream: { name: host, ...known }, host, uri };
  const name = host.replace(/:\d+$/, '');
  if (draft.upstreams.has(name)) {
    throw new ConfError(`upstream "${name}" may not have port ${host.slice(name.length + 1)}`, place);
  }
  return { upstream: { name: host, peers: [parsePeer(host, { place })], keepalive: 0 }, host, uri };
};

const finishPlace = (draft: Draft, place: PlaceDraft, outer: Settings, prefix = ''): Target => ({
  settings: { ...outer, ...place.settings },
  pass: place.pass && finishPass(draft, place.pass),
  tryFiles: place.tryFiles,
  returns: place.returns,
  internal: place.internal === true,
  prefix,
});

const finishLocations = (draft: Draft, places: LocationDraft[], outer: Settings): Locations => {
  const locations: Locations = { exact: new Map(), prefixes: [], patterns: [], named: new Map() };
  for (const place of places) {
    const { kind, pattern, regex } = place;
    const target = finishPlace(draft, place, outer, pattern);
    const duplicate = () => {
      throw new ConfError(`duplicate location "${pattern}"`, place.place);
    };
    if (regex) locations.patterns.push({ pattern: regex, target });
    else if (kind === '@') locations.named.set(pattern, locations.named.get(pattern) ?? target);
    else if (kind === '=') {
      if (locations.exact.has(pattern)) duplicate();
      locations.exact.set(pattern, target);
    } else {
      if (locations.prefixes.some(({ prefix }) => prefix === pattern)) duplicate();
      locations.prefixes.push({ prefix: pattern, final: kind === '^~', target });
    }
  }
  locations.prefixes.sort((a, b) => b.prefix.length - a.prefix.length);
  return locations;
};

const finishServer = (draft: Draft, server: ServerDraft, http: Settings): Server => {
  const target = finishPlace(draft, server, http);
  return {
    names: server.names,
    name: server.name,
    // Without `listen`, nginx uses port 80 where root runs it; this server never does.
    listens:
      server.listens.length > 0 ? server.listens : [{ host: '127.0.0.1', port: 8000, isDefault: false }],
    target,
    locations: finishLocations(draft, server.locations, target.settings),
  };
};

/** At the end of `http`: inheritance, and the faults that nginx finds only now. */
export const finishServers = (draft: Draft): void => {
  const http = { ...defaults(draft), ...draft.http };
  draft.finished = draft.servers.map(server => finishServer(draft, server, http));
  const [unknown] = draft.unknown;
  if (unknown !== undefined) throw new ConfError(`unknown "${unknown}" variable`);
};

export const finish = ({ config, seen, finished }: Draft): Config => {
  if (!seen.has('events')) throw new ConfError('no "events" section in configuration');
  const { file, prefix, pid, errorLog, processes, connections } = config;
  return {
    file,
    prefix,
    pid,
    errorLog: errorLog ?? { file: resolve(prefix, 'logs/error.log'), level: 'error' },
    connections: Math.max(1, processes) * connections,
    servers: finished,
  };
};
