import type { Hop, Trace } from '../stack/browser/trace.ts';
import { duration } from './line.ts';
import { counted, hanging } from './text.ts';

/** Everything that one request did, in words: one sentence a hop, in order, with the time it took. */
export const hopLines = (trace: Trace, width: number, indent = '  '): string[] =>
  trace.hops.flatMap((hop, index) =>
    hanging(
      `${indent}${index + 1}. `,
      `${nameOf(hop, trace)}: ${deedOf(hop)}, ${duration(hop.durationMs)}`,
      width,
    ),
  );

/** Who waits for whom: the time of the one inside is part of the time of the one around it. */
const around: Partial<Record<Hop['part'], readonly Hop['part'][]>> = {
  web: ['http'],
  app: ['web', 'http'],
  db: ['app', 'web', 'http'],
};

const nameOf = (hop: Hop, { hops }: Trace): string => {
  if (hop.part === 'cache') return `${hop.level} cache`;
  const outer = around[hop.part]?.find(part => hops.some(other => other.part === part));
  return outer ? `${hop.part}, inside the time of ${outer}` : hop.part;
};

const deedOf = (hop: Hop): string => {
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
    case 'http':
      return hop.statusLine
        ? `${hop.requestLine} was answered with ${hop.statusLine} and ${counted(hop.bytes, 'byte')}`
        : `${hop.requestLine} got no answer: ${hop.failure ?? 'nothing came'}`;
    case 'web': {
      if (hop.file) return `served the file ${hop.file}`;
      const tries = hop.upstream.map(
        ({ address, status }) =>
          `passed it to ${address}, which ${status ? `answered ${status}` : 'gave no answer'}`,
      );
      return [
        ...tries,
        ...(hop.upstream.at(-1)?.status === hop.status ? [] : [`answered ${hop.status} itself`]),
      ].join(', and ');
    }
    case 'app': {
      const waited = hop.queueMs >= 1 ? ` after ${duration(hop.queueMs)} in the queue` : '';
      return `worker ${hop.worker} ran ${hop.file} of ${hop.version}${waited} and answered ${hop.status}`;
    }
    case 'db': {
      const failed = hop.queries.filter(({ error }) => error !== undefined).length;
      return `ran ${counted(hop.queries.length, 'statement')}${failed > 0 ? `, ${failed} of them failed` : ''}`;
    }
  }
};
