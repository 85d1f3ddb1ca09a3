import type { Hop, TlsHop, Trace, WebHop } from '../stack/browser/trace.ts';
import type { PartStatus } from '../stack/stack.ts';
import { duration, type Line, line, span, wrap } from './line.ts';
import { counted } from './text.ts';
import { minute, tlsVersion } from './tls.ts';

const failed = (failure: string | undefined): string | undefined =>
  failure ? `failed: ${failure}` : undefined;

/** Where parts of the story really are. */
export type Places = readonly Pick<PartStatus, 'address' | 'here'>[];

const written = ({ host, port }: PartStatus['here']): string => `${host}:${port}`;

/** An address that Nginx passed a request to, as the story calls it, where that is known. */
const named = (here: string, places: Places): string | undefined => {
  const found = places.find(place => written(place.here) === here);
  return found && written(found.address);
};

/** What one hop did, in a few words. */
export const summaryOf = (hop: Hop, places: Places = []): string => {
  switch (hop.part) {
    case 'cache':
      return `${hop.level}: ${hop.hit ? (hop.address ?? hop.failure ?? 'known') : 'not known'}`;
    case 'dns':
      return failed(hop.failure) ?? hop.answers.at(-1)?.split(/\s+/).at(-1) ?? hop.rcode ?? 'no answer';
    case 'tcp':
      return failed(hop.failure) ?? hop.address;
    case 'tls':
      return failed(hop.failure) ?? `${tlsVersion(hop)}, ${hop.certificate?.names[0] ?? 'no certificate'}`;
    case 'http':
      return failed(hop.failure) ?? hop.statusLine?.replace(/^HTTP\/[\d.]+ /, '') ?? 'no answer';
    case 'web': {
      const last = hop.upstream.at(-1);
      if (last) return `asked ${named(last.address, places) ?? last.address}`;
      return hop.file ? `file ${hop.file}` : `answered ${hop.status}`;
    }
    case 'app':
      return `${hop.file} ${hop.version}`;
    case 'db':
      return hop.queries.length === 1 ? '1 query' : `${hop.queries.length} queries`;
  }
};

/** Nginx notes a 502 or 504 of its own as if the server behind it had said so. */
const upstreamLine = (hop: WebHop, index: number, { from }: Trace, places: Places): string => {
  const tried = hop.upstream[index];
  if (!tried) return '';
  const { address: here, status, responseMs } = tried;
  const name = named(here, places);
  const address = name === undefined ? here : `${name} (here ${here})`;
  const usable = from !== 'web' && index === hop.upstream.length - 1;
  return usable
    ? `${address} answered ${status ?? 'nothing'} in ${duration(responseMs)}`
    : `no usable answer from ${address} in ${duration(responseMs)}`;
};

const detailsOf = (hop: Hop, trace: Trace, places: Places): string[] => {
  switch (hop.part) {
    case 'cache':
      return [
        hop.hit
          ? `${hop.level}: ${hop.name} is ${hop.address ?? `known as ${hop.failure}`}, ${hop.ttl ?? 0} s left`
          : `${hop.level}: ${hop.name} is not known`,
      ];
    case 'dns':
      return [
        `asked ${hop.server} (here ${hop.here}) by ${hop.transport.toUpperCase()}: ${hop.question}`,
        hop.failure && !hop.rcode
          ? `no answer: ${hop.failure}`
          : `${hop.rcode ?? 'no answer'}${hop.authoritative ? ', authoritative' : ''}`,
        ...hop.answers,
        ...hop.authorities,
      ];
    case 'tcp':
      return [`${hop.failure ?? 'connected'}: ${hop.address} (here ${hop.here})`];
    case 'tls':
      return tlsDetails(hop);
    case 'http':
      return [
        hop.requestLine,
        ...(hop.statusLine ? [hop.statusLine] : []),
        ...Object.entries(hop.headers).map(([name, value]) => `${name}: ${value}`),
        ...(hop.failure ? [`no answer: ${hop.failure}`] : [`${hop.bytes} bytes of body`]),
      ];
    case 'web':
      return [
        ...hop.upstream.map((_, index) => upstreamLine(hop, index, trace, places)),
        ...(hop.file ? [`served the file ${hop.file}`] : []),
        hop.log,
      ];
    case 'app':
      return [
        `${hop.file} of ${hop.version}, worker ${hop.worker}, ${duration(hop.queueMs)} in the queue`,
        hop.log,
      ];
    case 'db':
      return hop.queries.map(({ statement, durationMs, rows, error }) =>
        error ? `${statement}: ${error}` : `${statement} (${rows} rows, ${duration(durationMs)})`,
      );
  }
};

const tlsDetails = ({
  address,
  serverName,
  alpn,
  cipher,
  certificate,
  failure,
  ...hop
}: TlsHop): string[] => [
  `asked ${address} for ${serverName ?? 'its certificate'}, ${counted(hop.roundTrips, 'round trip')}`,
  ...(cipher === undefined ? [] : [`${tlsVersion(hop)}, ${cipher}${alpn === undefined ? '' : `, ${alpn}`}`]),
  ...(certificate
    ? [
        `certificate for ${certificate.names.join(', ')}: ${certificate.subject}`,
        `signed by ${certificate.issuer}`,
        `valid from ${minute(certificate.validFrom)} to ${minute(certificate.validTo)} UTC`,
      ]
    : []),
  ...(failure === undefined ? [] : [`${certificate ? 'certificate refused' : 'no agreement'}: ${failure}`]),
];

const nameWidth = 6;

/** What every part said about the request: messages, log lines and statements, as they were, wrapped to `width`. */
export const evidence = (trace: Trace, width = Number.POSITIVE_INFINITY, places: Places = []): Line[] =>
  trace.hops.flatMap(hop =>
    detailsOf(hop, trace, places)
      .flatMap(text =>
        wrap(text, Math.max(1, width - nameWidth - 2)).map((part, index) =>
          index === 0 ? part : `  ${part}`,
        ),
      )
      .map((text, index) =>
        line(span((index === 0 ? hop.part : '').padEnd(nameWidth), 'accent'), span(text, 'plain')),
      ),
  );
