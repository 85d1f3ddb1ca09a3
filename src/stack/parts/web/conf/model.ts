import type { SecureContext } from 'node:tls';
import type { Exchange } from '../serve/exchange.ts';

/** Text with variables, ready to be filled in for one request. */
export type Template = (x: Exchange) => string;

export const logLevels = ['debug', 'info', 'notice', 'warn', 'error', 'crit', 'alert', 'emerg'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface ErrorLog {
  /** Absolute path, or standard error. */
  file: string;
  level: LogLevel;
}

export interface AccessLog {
  file: string;
  line: Template;
  /** Not logged when it gives an empty text or `0`. */
  condition: Template | undefined;
}

export interface ErrorPage {
  codes: number[];
  /** A status to answer with instead, or that of the page. */
  status: number | 'page' | undefined;
  to: Template;
}

interface Header {
  name: string;
  value: Template;
}

interface AddedHeader extends Header {
  always: boolean;
}

export const tlsVersions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
export type TlsVersion = (typeof tlsVersions)[number];

/** A file of the configuration, and as it is written there. */
export interface NamedFile {
  written: string;
  file: string;
}

/** What `expires` adds to an answer. */
export type Expires =
  | { kind: 'off' }
  | { kind: 'epoch' }
  | { kind: 'max' }
  /** `modified`: after the file's change instead of after the answer. */
  | { kind: 'after'; seconds: number; modified: boolean }
  /** Seconds after midnight. */
  | { kind: 'daily'; seconds: number };

/** What holds in `http`, `server` and `location`, by nginx's names: the innermost place that says it wins. */
export interface Settings {
  root: Template;
  index: Template[];
  default_type: string;
  types: Map<string, string>;
  error_page: ErrorPage[];
  add_header: AddedHeader[];
  expires: Expires;
  /** `off` silences its place, whatever else stands there. */
  access_log: { off: boolean; logs: AccessLog[] };
  error_log: ErrorLog | undefined;
  log_not_found: boolean;
  client_max_body_size: number;
  /** Bytes of a request's body that are kept in memory; longer ones go to a file in `client_body_temp_path`. */
  client_body_buffer_size: number;
  client_body_temp_path: string;
  client_body_timeout: number;
  client_header_timeout: number;
  keepalive_timeout: number;
  /** Seconds that the header `Keep-Alive` tells; 0: it is not sent. */
  keepalive_header: number;
  keepalive_requests: number;
  server_tokens: boolean;
  ssl_certificate: NamedFile[];
  ssl_certificate_key: NamedFile[];
  ssl_protocols: Set<TlsVersion>;
  ssl_ciphers: string;
  ssl_prefer_server_ciphers: boolean;
  ssl_session_timeout: number;
  ssl_session_tickets: boolean;
  absolute_redirect: boolean;
  port_in_redirect: boolean;
  etag: boolean;
  /** Read, and without a meaning here, as the two that follow. */
  sendfile: boolean;
  tcp_nopush: boolean;
  tcp_nodelay: boolean;
  gzip: boolean;
  gzip_types: Set<string>;
  gzip_min_length: number;
  gzip_vary: boolean;
  gzip_comp_level: number;
  gzip_http_version: '1.0' | '1.1';
  /** In which cases answers to other proxies are packed. */
  gzip_proxied: Set<string>;
  /** Of browsers that get nothing packed. */
  gzip_disable: RegExp[];
  proxy_http_version: '1.0' | '1.1';
  proxy_set_header: Header[];
  proxy_hide_header: string[];
  proxy_connect_timeout: number;
  proxy_send_timeout: number;
  proxy_read_timeout: number;
  proxy_next_upstream: Set<string>;
  proxy_next_upstream_tries: number;
  proxy_next_upstream_timeout: number;
  proxy_intercept_errors: boolean;
  proxy_pass_request_headers: boolean;
  proxy_redirect: boolean;
  proxy_request_buffering: boolean;
  proxy_buffering: boolean;
  proxy_buffer_size: number;
  proxy_cache: CacheZone | 'off';
  /** Made of the address that is passed to, when it is not said. */
  proxy_cache_key: Template | undefined;
  /** The first that fits counts. */
  proxy_cache_valid: CacheValid[];
  proxy_cache_use_stale: Set<string>;
  proxy_cache_methods: Set<string>;
  proxy_cache_min_uses: number;
  proxy_cache_lock: boolean;
  proxy_cache_lock_timeout: number;
  proxy_cache_lock_age: number;
  proxy_cache_revalidate: boolean;
  proxy_cache_background_update: boolean;
  proxy_cache_convert_head: boolean;
  proxy_cache_bypass: Template[];
  proxy_no_cache: Template[];
  /** Lower case. */
  proxy_ignore_headers: Set<string>;
}

/** What `proxy_cache_path` says; one object for every place that uses it. */
export interface CacheZone {
  name: string;
  /** Absolute; empty as long as nothing but a use of the zone has been read. */
  path: string;
  /** Letters in the names of the folders, from the outermost. */
  levels: number[];
  /** Answers that it may hold. */
  keys: number;
  /** Bytes. */
  maxSize: number;
  /** Milliseconds after which what nobody asks for is removed. */
  inactive: number;
}

export interface CacheValid {
  status: number | 'any';
  seconds: number;
}

export interface Peer {
  host: string;
  port: number;
  /** A UNIX socket takes the place of host and port. */
  path: string | undefined;
  /** As written, or with nginx's default port: what `$upstream_addr` shows. */
  address: string;
  /** As written: by this, consistent hashing tells servers apart. */
  written: string;
  weight: number;
  /** Requests that it may have under way; 0: any number. */
  maxConns: number;
  maxFails: number;
  /** Seconds: nginx knows nothing finer here. */
  failTimeout: number;
  backup: boolean;
  down: boolean;
}

/** How one of the servers is chosen. */
export type Method =
  | { kind: 'round_robin' }
  | { kind: 'least_conn' }
  | { kind: 'ip_hash' }
  | { kind: 'hash'; key: Template; consistent: boolean }
  /** `two`: of two that were drawn, the one with fewer requests under way. */
  | { kind: 'random'; two: boolean };

/** One object for every place that passes requests to it. */
export interface Upstream {
  name: string;
  method: Method;
  peers: Peer[];
  /** Idle connections kept open; 0: a new one for every request. */
  keepalive: number;
  keepaliveRequests: number;
  /** Milliseconds, as that which follows. */
  keepaliveTimeout: number;
  keepaliveTime: number;
}

export interface Pass {
  upstream: Upstream;
  /** `app` or `127.0.0.1:8000`: what `$proxy_host` shows; `localhost` for a UNIX socket. */
  host: string;
  /** Takes the place of the location's prefix, when there is one. */
  uri: string | undefined;
}

export type TryFile =
  | { kind: 'path'; path: Template; folder: boolean }
  | { kind: 'uri'; uri: Template }
  | { kind: 'code'; status: number };

export interface Return {
  status: number;
  text: Template | undefined;
}

/** The place whose settings a request obeys: a location, or the server where no location fits. */
export interface Target {
  settings: Settings;
  pass: Pass | undefined;
  tryFiles: TryFile[] | undefined;
  returns: Return | undefined;
  internal: boolean;
  /** The part of the URI that `proxy_pass` with a URI replaces. */
  prefix: string;
}

export interface Locations {
  exact: Map<string, Target>;
  /** Longest first. */
  prefixes: { prefix: string; final: boolean; target: Target }[];
  /** In the order of the file. */
  patterns: { pattern: RegExp; target: Target }[];
  named: Map<string, Target>;
}

export interface Listen {
  host: string;
  port: number;
  isDefault: boolean;
  ssl: boolean;
}

export type ServerName =
  | { kind: 'exact' | 'leading' | 'trailing'; name: string }
  | { kind: 'pattern'; pattern: RegExp };

export interface Server {
  names: ServerName[];
  /** The first name as written: `$server_name`. */
  name: string;
  listens: Listen[];
  /** Its certificate and how it speaks TLS, where it has one. */
  secure: SecureContext | undefined;
  /** Where requests go that fit no location. */
  target: Target;
  locations: Locations;
}

export interface Config {
  file: string;
  prefix: string;
  pid: string;
  errorLog: ErrorLog;
  workers: { processes: number; connections: number };
  servers: Server[];
  /** What nginx would warn of. */
  warnings: string[];
}
