import { resolve } from 'node:path';
import { secureContext } from './certificates.ts';
import type { Draft, LocationDraft, PassDraft, PlaceDraft, ServerDraft } from './directive.ts';
import { ConfError, type Place } from './error.ts';
import type { Config, Listen, Locations, Pass, Server, Settings, Target, Upstream } from './model.ts';
import { newUpstream, parsePeer } from './peers.ts';
import { compile } from './template.ts';

const minute = 60_000;

/** nginx's defaults. */
const defaults = (draft: Draft): Settings => {
  const { prefix } = draft.config;
  const place = { file: draft.config.file, line: 0 };
  const template = (text: string, write?: (value: string | undefined) => string) =>
    compile(text, { place, unknown: () => () => undefined, ...(write && { write }) });
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
    expires: { kind: 'off' },
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
    client_body_buffer_size: 16 * 1024,
    client_body_temp_path: resolve(prefix, 'client_body_temp'),
    client_body_timeout: minute,
    client_header_timeout: minute,
    keepalive_timeout: 75_000,
    keepalive_header: 0,
    keepalive_requests: 1000,
    server_tokens: true,
    ssl_certificate: [],
    ssl_certificate_key: [],
    ssl_protocols: new Set(['TLSv1.2', 'TLSv1.3']),
    ssl_ciphers: 'HIGH:!aNULL:!MD5',
    ssl_prefer_server_ciphers: false,
    ssl_session_timeout: 5 * minute,
    ssl_session_tickets: true,
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
    gzip_proxied: new Set(['off']),
    gzip_disable: [],
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
    proxy_request_buffering: true,
    proxy_buffering: true,
    proxy_buffer_size: 4096,
    proxy_cache: 'off',
    proxy_cache_key: undefined,
    proxy_cache_valid: [],
    proxy_cache_use_stale: new Set(),
    proxy_cache_methods: new Set(['GET', 'HEAD']),
    proxy_cache_min_uses: 1,
    proxy_cache_lock: false,
    proxy_cache_lock_timeout: 5000,
    proxy_cache_lock_age: 5000,
    proxy_cache_revalidate: false,
    proxy_cache_background_update: false,
    proxy_cache_convert_head: true,
    proxy_cache_bypass: [],
    proxy_no_cache: [],
    proxy_ignore_headers: new Set(),
  };
};

const finishPass = (draft: Draft, { host, uri, place }: PassDraft): Pass => {
  const known = draft.upstreams.get(host);
  if (known) return { upstream: known, host, uri };
  const alone = (): Upstream => newUpstream(host, place, [parsePeer(host, { place })]);
  if (/^unix:/i.test(host)) return { upstream: alone(), host: 'localhost', uri };
  const name = host.replace(/:\d+$/, '');
  if (draft.upstreams.has(name)) {
    throw new ConfError(`upstream "${name}" may not have port ${host.slice(name.length + 1)}`, place);
  }
  return { upstream: alone(), host, uri };
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
      server.listens.length > 0
        ? server.listens
        : [{ host: '127.0.0.1', port: 8000, isDefault: false, ssl: false }],
    secure: secureContext(target.settings),
    target,
    locations: finishLocations(draft, server.locations, target.settings),
  };
};

/** Where TLS is spoken, the server for clients that do not say whom they want needs a certificate. */
const requireCertificates = ({ finished, servers }: Draft): void => {
  for (const listen of finished.flatMap(({ listens }) => listens).filter(({ ssl }) => ssl)) {
    const here = finished.filter(({ listens }) => listens.some(other => isSame(other, listen)));
    const first = here.find(({ listens }) => listens.some(other => isSame(other, listen) && other.isDefault));
    const server = first ?? here[0];
    const place = server && servers[finished.indexOf(server)]?.place;
    if (server?.secure || !place) continue;
    throw new ConfError('no "ssl_certificate" is defined for the "listen ... ssl" directive', place);
  }
};

const isSame = (a: Listen, b: Listen): boolean => a.host === b.host && a.port === b.port;

/** At the end of `http`: inheritance, and the faults that nginx finds only now. */
export const finishServers = (draft: Draft, end: Place): void => {
  for (const { name, peers, place } of draft.upstreams.values()) {
    if (peers.every(({ backup }) => backup)) throw new ConfError(`no servers in upstream "${name}"`, place);
  }
  const http = { ...defaults(draft), ...draft.http };
  draft.finished = draft.servers.map(server => finishServer(draft, server, http));
  requireCertificates(draft);
  for (const { name, path } of draft.zones.values()) {
    if (path !== '') continue;
    if (draft.servers.length > 0) throw new ConfError(`"proxy_cache" zone "${name}" is unknown`, end);
    throw new ConfError(`zero size shared memory zone "${name}"`);
  }
  for (const [name, bytes] of draft.memory) {
    if (bytes === 0) throw new ConfError(`zero size shared memory zone "${name}"`);
  }
  const unknown = draft.unknown.find(name => !draft.maps.has(name));
  if (unknown !== undefined) throw new ConfError(`unknown "${unknown}" variable`);
};

export const finish = ({ config, seen, finished, warnings }: Draft): Config => {
  if (!seen.has('events')) throw new ConfError('no "events" section in configuration');
  const { file, prefix, pid, errorLog, processes, connections } = config;
  const listens = new Set(finished.flatMap(server => server.listens.map(one => `${one.host}:${one.port}`)));
  if (connections < listens.size + 1) {
    throw new ConfError(
      `${connections} worker_connections are not enough for ${listens.size} listening sockets`,
    );
  }
  return {
    file,
    prefix,
    pid,
    errorLog: errorLog ?? { file: resolve(prefix, 'logs/error.log'), level: 'error' },
    workers: { processes: Math.max(1, processes), connections },
    servers: finished,
    warnings,
  };
};
