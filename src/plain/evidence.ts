import {
  cameFromCache,
  type Hop,
  type TlsHop,
  type Trace,
  type UpstreamTry,
  type WebHop,
} from '../stack/browser/trace.ts';
import { duration, type Line, line, span, wrap } from './line.ts';
import { counted } from './text.ts';
import { minute, tlsVersion } from './tls.ts';
import { addressOf, calledOf, type Places, resultOf } from './upstream-words.ts';

export type { Places } from './upstream-words.ts';

const failed = (failure: string | undefined): string | undefined =>
  failure ? `failed: ${failure}` : undefined;

const ordinals = ['', '1st', '2nd', '3rd'];

/** What one hop did, in a few words. */
export const summaryOf = (hop: Hop, places: Places = []): string => {
  switch (hop.part) {
    case 'names':
      return `${hop.level}: ${hop.hit ? (hop.address ?? hop.failure ?? 'known') : 'not known'}`;
    case 'dns':
      return failed(hop.failure) ?? hop.answers.at(-1)?.split(/\s+/).at(-1) ?? hop.rcode ?? 'no answer';
    case 'tcp':
      return failed(hop.failure) ?? hop.address;
    case 'tls':
      return failed(hop.failure) ?? `${tlsVersion(hop)}, ${hop.certificate?.names[0] ?? 'no certificate'}`;
    case 'http':
      return failed(hop.failure) ?? hop.statusLine?.replace(/^HTTP\/[\d.]+ /, '') ?? 'no answer';
    case 'cdn':
    case 'balancer':
    case 'cache':
    case 'web':
      return proxySummary(hop, places);
    case 'app':
      return `${hop.file} ${hop.version}`;
    case 'db':
      return hop.queries.length === 1 ? '1 query' : `${hop.queries.length} queries`;
  }
};

const proxySummary = (hop: WebHop, places: Places): string => {
  const { upstream, cache, file, status } = hop;
  const last = upstream.at(-1);
  if (cameFromCache(hop) || !last) return cache ?? (file ? `file ${file}` : `answered ${status}`);
  const said = cache ? `${cache}, ` : '';
  if (upstream.length === 1) return `${said}asked ${addressOf(last, places)}`;
  const nth = ordinals[upstream.length] ?? `${upstream.length}th`;
  return `${said}${nth} try: ${last.to?.server ?? addressOf(last, places)}`;
};

const upstreamLine = (one: UpstreamTry, hop: WebHop, places: Places): string => {
  const called = calledOf(one, hop, places);
  const name = addressOf(one, places) === one.address ? called : `${called} (here ${one.address})`;
  const time = duration(one.responseMs);
  return one.headerMs === undefined
    ? `${resultOf(one)} from ${name} in ${time}`
    : `${name} answered ${resultOf(one)} in ${time}`;
};

const detailsOf = (hop: Hop, places: Places): string[] => {
  switch (hop.part) {
    case 'names':
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
    case 'cdn':
    case 'balancer':
    case 'cache':
    case 'web':
      return [
        ...hop.upstream.map(one => upstreamLine(one, hop, places)),
        ...(hop.cache ? [`its cache says ${hop.cache}`] : []),
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

const distanceOf = ({ addedMs, durationMs }: Hop): string[] =>
  addedMs === undefined
    ? []
    : [`${duration(addedMs)} of the ${duration(durationMs)} were added by the lab: it is put further away`];

/** What every part said about the request: messages, log lines and statements, as they were, wrapped to `width`. */
export const evidence = ({ hops }: Trace, width = Number.POSITIVE_INFINITY, places: Places = []): Line[] => {
  const nameWidth = Math.max(5, ...hops.map(({ part }) => part.length)) + 1;
  return hops.flatMap(hop =>
    [...detailsOf(hop, places), ...distanceOf(hop)]
      .flatMap(text =>
        wrap(text, Math.max(1, width - nameWidth - 2)).map((part, index) =>
          index === 0 ? part : `  ${part}`,
        ),
      )
      .map((text, index) =>
        line(span((index === 0 ? hop.part : '').padEnd(nameWidth), 'accent'), span(text, 'plain')),
      ),
  );
};
