import { cameFromCache, type Hop, type TlsHop, type Trace, type WebHop } from '../stack/browser/trace.ts';
import { duration } from './line.ts';
import { counted, hanging } from './text.ts';
import { minute, tlsVersion } from './tls.ts';
import { calledOf, resultOf } from './upstream-words.ts';

/** Everything that one request did, in words: one sentence a hop, in order, with the time it took. */
export const hopLines = (trace: Trace, width: number, indent = '  '): string[] =>
  trace.hops.flatMap((hop, index) =>
    hanging(
      `${indent}${index + 1}. `,
      `${nameOf(hop, trace)}: ${deedOf(hop)}, ${duration(hop.durationMs)}${addedBy(hop)}`,
      width,
    ),
  );

/** What is not the parts' own time. */
const addedBy = ({ addedMs }: Hop): string =>
  addedMs === undefined ? '' : ` (${duration(addedMs)} of it added by the lab)`;

/** The time of a hop inside the servers is part of the time of the one before it, which waits for it. */
const nameOf = (hop: Hop, { hops }: Trace): string => {
  if (hop.part === 'names') return `${hop.level} cache`;
  const outer = hop.startMs === undefined ? hops[hops.indexOf(hop) - 1] : undefined;
  return outer && (outer.part === 'http' || outer.startMs === undefined)
    ? `${hop.part}, inside ${outer.part}`
    : hop.part;
};

const deedOf = (hop: Hop): string => {
  switch (hop.part) {
    case 'names':
      if (!hop.hit) return `${hop.name} is not known`;
      return `${hop.name} is ${hop.address ?? `known as ${hop.failure}`}${hop.ttl === undefined ? '' : ` for another ${hop.ttl} s`}`;
    case 'dns': {
      const asked = `${hop.server} (here ${hop.here})`;
      if (hop.rcode === undefined) return `${asked} gave no answer: ${hop.failure ?? 'nothing came'}`;
      const said = hop.answers.length > 0 ? hop.answers.join('; ') : hop.rcode;
      return `${asked} says ${said}`;
    }
    case 'tcp': {
      const address = hop.here ? `${hop.address} (here ${hop.here})` : hop.address;
      return hop.failure ? `no connection to ${address}: ${hop.failure}` : `connected to ${address}`;
    }
    case 'tls':
      return tlsDeed(hop);
    case 'http':
      return hop.statusLine
        ? `${withoutVersion(hop.requestLine)}, answered ${withoutVersion(hop.statusLine)} with ${counted(hop.bytes, 'byte')}`
        : `${withoutVersion(hop.requestLine)} got no answer: ${hop.failure ?? 'nothing came'}`;
    case 'cdn':
    case 'balancer':
    case 'cache':
    case 'web':
      return proxyDeed(hop);
    case 'app': {
      const waited = hop.queueMs >= 1 ? ` after ${duration(hop.queueMs)} in the queue` : '';
      return `worker ${hop.worker} ran ${hop.file} of ${hop.version}${waited}, answered ${hop.status}`;
    }
    case 'db': {
      const failed = hop.queries.filter(({ error }) => error !== undefined).length;
      return `ran ${counted(hop.queries.length, 'statement')}${failed > 0 ? `, ${failed} of them failed` : ''}`;
    }
  }
};

const proxyDeed = (hop: WebHop): string => {
  const { file, upstream, status, cache } = hop;
  if (file) return `served the file ${file}`;
  const last = upstream.at(-1);
  const kept = cameFromCache(hop);
  if (!last) return kept ? `answered ${status} from its cache (${cache})` : `answered ${status} itself`;
  const retried = upstream.length > 1;
  const tries = upstream.map(one =>
    retried || one.headerMs === undefined ? `${calledOf(one, hop)} (${resultOf(one)})` : calledOf(one, hop),
  );
  const passed = `${cache && !kept ? `${missed[cache] ?? cache}, ` : ''}passed it to ${tries.join(', then to ')}`;
  if (kept) return `${passed}, answered ${status} from its cache (${cache})`;
  return last.headerMs === undefined
    ? `${passed}, answered ${status} itself`
    : `${passed}, answered ${status}`;
};

const missed: Readonly<Record<string, string>> = {
  MISS: 'had no copy (MISS)',
  EXPIRED: 'its copy was too old (EXPIRED)',
  BYPASS: 'was to ask anyway (BYPASS)',
};

const tlsDeed = (hop: TlsHop): string => {
  const { certificate, failure, roundTrips } = hop;
  if (!certificate) return `no agreement on TLS: ${failure ?? 'nothing came'}`;
  const { names, issuer, validTo } = certificate;
  const agreed = `agreed on ${tlsVersion(hop)} in ${counted(roundTrips, 'round trip')}`;
  const shown = `certificate for ${names.join(', ')}, signed by ${issuer}, valid until ${minute(validTo)} UTC`;
  return `${agreed}; ${failure === undefined ? '' : `refused (${failure}) the `}${shown}`;
};

/** `GET /` of `GET / HTTP/1.1`, and `200 OK` of `HTTP/1.1 200 OK`. */
const withoutVersion = (line: string): string => line.replace(/^HTTP\/[\d.]+ | HTTP\/[\d.]+$/, '');
