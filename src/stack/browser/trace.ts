import type { PartName, PartPlan } from '../topology.ts';

/** Every way in which a request gets no HTTP answer; the words are those of the lab language. */
export const failures = [
  'nxdomain',
  'nodata',
  'dns-unreachable',
  'refused',
  'reset',
  'timeout',
  'tls-untrusted',
  'tls-name',
  'tls-expired',
] as const;
export type Failure = (typeof failures)[number];

interface HopBase {
  /** Own time of the whole hop in milliseconds, by the clock of the process that reported it. */
  durationMs: number;
  /** Milliseconds from the start of the trace, by the browser's clock; absent for hops inside the server. */
  startMs?: number;
  /** Milliseconds of durationMs that the lab added, because it puts the other side further away. */
  addedMs?: number;
}

/** Name looked up in the browser's, then the system's cache. */
export interface NamesHop extends HopBase {
  part: 'names';
  level: 'browser' | 'system';
  name: string;
  hit: boolean;
  address?: string;
  /** What is remembered instead of an address: that the name, or an address of it, does not exist. */
  failure?: Extract<Failure, 'nxdomain' | 'nodata'>;
  /** Seconds that the cached record may still be used. */
  ttl?: number;
}

export interface DnsHop extends HopBase {
  part: 'dns';
  server: string;
  here: string;
  transport: 'udp' | 'tcp';
  question: string;
  /** `NOERROR`, `NXDOMAIN`, ...; absent when nothing answered. */
  rcode?: string;
  authoritative?: boolean;
  /** Records as a zone file writes them. */
  answers: string[];
  authorities: string[];
  failure?: Failure;
}

export interface TcpHop extends HopBase {
  part: 'tcp';
  address: string;
  /** Where that really is on this machine; empty when the lab has no such machine and nothing was sent. */
  here: string;
  failure?: Failure;
}

/** What the server's certificate says; times as ISO 8601. */
export interface Certificate {
  subject: string;
  issuer: string;
  validFrom: string;
  validTo: string;
  /** The names that it is for. */
  names: string[];
}

export interface TlsHop extends HopBase {
  part: 'tls';
  /** Whom the handshake was with. */
  address: string;
  /** The name that the browser asked for; none where the URL has an address. */
  serverName?: string;
  /** `TLSv1.3`; absent, with the rest, when it did not come to an agreement. */
  version?: string;
  /** By its name in the registry of TLS, such as `TLS_AES_256_GCM_SHA384`. */
  cipher?: string;
  /** Protocol that is spoken inside, when both sides named one. */
  alpn?: string;
  certificate?: Certificate;
  /** How often the browser had to wait for an answer, counted. */
  roundTrips: number;
  failure?: Extract<Failure, 'reset' | 'timeout' | `tls-${string}`>;
}

/** The HTTP exchange as the browser saw it. */
export interface HttpHop extends HopBase {
  part: 'http';
  requestLine: string;
  requestHeaders: Record<string, string>;
  /** Such as `HTTP/1.1 200 OK`. */
  statusLine?: string;
  headers: Record<string, string>;
  /** Size of the body as it was sent, before `Content-Encoding` is undone. */
  bytes: number;
  /** Milliseconds from the request's last byte to the answer's first. */
  waitMs?: number;
  failure?: Failure;
}

/** The parts that pass requests on, or answer them with what they have. */
export const proxyNames = ['cdn', 'balancer', 'cache', 'web'] as const satisfies readonly PartName[];
export type ProxyName = (typeof proxyNames)[number];

/** One try of a proxy to have somebody else answer. */
export interface UpstreamTry {
  /** On this machine; the name of the `upstream` when none of its servers was live. */
  address: string;
  /** Who is there by the plan. */
  to?: Pick<PartPlan, 'part' | 'server' | 'address'>;
  /** nginx notes a 502 or 504 of its own as if the server had said so. */
  status: number | undefined;
  responseMs: number;
  /** Milliseconds until the server's answer began; absent when none came. */
  headerMs?: number;
}

export interface WebHop extends HopBase {
  part: ProxyName;
  server: string;
  status: number;
  /** Who the request was passed to, in order of the tries. */
  upstream: UpstreamTry[];
  /** What its cache said, in nginx's words (`HIT`, `MISS`, `STALE`, ...); absent where it was not asked. */
  cache?: string;
  /** The file that was served, when no upstream was asked; relative to the site. */
  file?: string;
  log: string;
}

export const isProxy = (part: string): part is ProxyName => (proxyNames as readonly string[]).includes(part);

export const isWebHop = (hop: Hop): hop is WebHop => isProxy(hop.part);

/** Whether the answer is one that was kept: then the application did not make it now. */
export const cameFromCache = ({ cache }: WebHop): boolean =>
  cache !== undefined && ['HIT', 'STALE', 'UPDATING', 'REVALIDATED'].includes(cache);

export interface AppHop extends HopBase {
  part: 'app';
  server: string;
  version: string;
  status: number;
  worker: number;
  /** Milliseconds spent in the queue before a worker was free; part of durationMs. */
  queueMs: number;
  /** The application file that made the page, relative to the site. */
  file: string;
  /** Statements that the database answered for this page, its errors included; 0 when it was not reached. */
  queries: number;
  log: string;
}

export interface DbHop extends HopBase {
  part: 'db';
  server: string;
  queries: { statement: string; durationMs: number; rows: number; error?: string }[];
}

export type Hop = NamesHop | DnsHop | TcpHop | TlsHop | HttpHop | WebHop | AppHop | DbHop;

/** Everything one request did, with its evidence. */
export interface Trace {
  method: string;
  url: string;
  /** As an expectation would say it: `200 from web`, `refused`. */
  outcome: string;
  status?: number;
  /** The part that made the answer. */
  from?: PartName;
  failure?: Failure;
  /** One sentence: what failed and who said so. */
  message?: string;
  /** The parts that saw the request, in order. */
  via: PartName[];
  durationMs: number;
  requestId?: string;
  body: string;
  hops: Hop[];
}

/** What a name resolved to, asked past all caches. */
export interface Resolution {
  name: string;
  type: string;
  outcome: 'ok' | Extract<Failure, 'nxdomain' | 'nodata' | 'dns-unreachable'>;
  /** Addresses and other record data of the asked type, in order. */
  values: string[];
  /** The last one. */
  hop: DnsHop;
  /** All questions that were asked, in order: those to servers that did not help have a failure. */
  hops?: DnsHop[];
}
