import type { Hop, Trace } from '../stack/browser/trace.ts';
import { duration, type Line, line, span, wrap } from './line.ts';

const failed = (failure: string | undefined): string | undefined =>
  failure ? `failed: ${failure}` : undefined;

/** What one hop did, in a few words. */
export const summaryOf = (hop: Hop): string => {
  switch (hop.part) {
    case 'cache':
      return `${hop.level}: ${hop.hit ? (hop.address ?? 'known') : 'not known'}`;
    case 'dns':
      return failed(hop.failure) ?? hop.answers.at(-1)?.split(/\s+/).at(-1) ?? hop.rcode ?? 'no answer';
    case 'tcp':
      return failed(hop.failure) ?? hop.address;
    case 'http':
      return failed(hop.failure) ?? hop.statusLine?.replace(/^HTTP\/[\d.]+ /, '') ?? 'no answer';
    case 'web': {
      const last = hop.upstream.at(-1);
      if (last) return `passed to ${last.address}`;
      return hop.file ? `file ${hop.file}` : `answered ${hop.status}`;
    }
    case 'app':
      return `${hop.file} ${hop.version}`;
    case 'db':
      return hop.queries.length === 1 ? '1 query' : `${hop.queries.length} queries`;
  }
};

const detailsOf = (hop: Hop): string[] => {
  switch (hop.part) {
    case 'cache':
      return [
        hop.hit
          ? `${hop.level} cache: ${hop.name} is ${hop.address ?? 'known'}, ${hop.ttl ?? 0} s left`
          : `${hop.level} cache: ${hop.name} is not known`,
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
    case 'http':
      return [
        hop.requestLine,
        ...(hop.statusLine ? [hop.statusLine] : []),
        ...Object.entries(hop.headers).map(([name, value]) => `${name}: ${value}`),
        ...(hop.failure ? [`no answer: ${hop.failure}`] : [`${hop.bytes} bytes of body`]),
      ];
    case 'web':
      return [
        ...hop.upstream.map(
          ({ address, status, responseMs }) =>
            `${address} answered ${status ?? 'nothing'} in ${duration(responseMs)}`,
        ),
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

const nameWidth = 6;

/** What every part said about the request: messages, log lines and statements, as they were, wrapped to `width`. */
export const evidence = (trace: Trace, width = Number.POSITIVE_INFINITY): Line[] =>
  trace.hops.flatMap(hop =>
    detailsOf(hop)
      .flatMap(text =>
        wrap(text, Math.max(1, width - nameWidth - 2)).map((part, index) =>
          index === 0 ? part : `  ${part}`,
        ),
      )
      .map((text, index) =>
        line(span((index === 0 ? hop.part : '').padEnd(nameWidth), 'accent'), span(text, 'plain')),
      ),
  );
