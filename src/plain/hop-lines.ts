import { cameFromCache, type Hop, type TlsHop, type Trace } from '../stack/browser/trace.ts';
import { duration } from './line.ts';
import { counted, hanging } from './text.ts';
import { minute, tlsVersion } from './tls.ts';

/** Everything that one request did, in words: one sentence a hop, in order, with the time it took. */
export const hopLines = (trace: Trace, width: number, indent = '  '): string[] =>
  trace.hops.flatMap((hop, index) =>
    hanging(
      `${indent}${index + 1}. `,
      `${nameOf(hop, trace)}: ${deedOf(hop, trace)}, ${duration(hop.durationMs)}`,
      width,
    ),
  );

/** Who waits for whom: the time of each is part of the time of the one that it is inside of. */
const around: Partial<Record<Hop['part'], readonly Hop['part'][]>> = {
  web: ['http'],
  app: ['web', 'http'],
  db: ['app', 'web', 'http'],
};

const nameOf = (hop: Hop, { hops }: Trace): string => {
  if (hop.part === 'cache') return `${hop.level} cache`;
  const outer = around[hop.part]?.find(part => hops.some(other => other.part === part));
  return outer ? `${hop.part}, inside ${outer}` : hop.part;
};

const deedOf = (hop: Hop, { from }: Trace): string => {
  switch (hop.part) {
    case 'cache':
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
    case 'web': {
      if (hop.file) return `served the file ${hop.file}`;
      if (cameFromCache(hop)) return `answered ${hop.status} from its cache (${hop.cache})`;
      if (hop.upstream.length === 0) return `answered ${hop.status} itself`;
      const passed = `passed it to ${hop.upstream.map(({ address }) => address).join(', then to ')}`;
      // Nginx notes a 502 or 504 of its own as if the server behind it had said so.
      return from === 'web'
        ? `${passed}, got no usable answer, and answered ${hop.status} itself`
        : `${passed}, answered ${hop.status}`;
    }
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
