import type { Answer, Question, RecordType } from 'dns-packet';
import type { Endpoint } from '../address-book.ts';
import { dataText, recordText } from '../parts/dns/record.ts';
import type { StoryAddress } from '../topology.ts';
import { askServer, type DnsExchange, type Patience } from './dns-client.ts';
import type { Stopwatch } from './stopwatch.ts';
import type { DnsHop, Resolution } from './trace.ts';

/** The name server that this machine asks: where the story says it is, and where it really is. */
export interface NameServer {
  story: StoryAddress;
  here: Endpoint;
}

export interface Lookup {
  outcome: Resolution['outcome'];
  /** Data of the records of the asked type, behind all CNAMEs. */
  values: string[];
  /** Seconds for which the outcome may be kept; 0 when it may not. */
  ttl: number;
  /** What went wrong and who said so. */
  message?: string;
  /** One question each; several when a CNAME leads out of the answer. */
  hops: DnsHop[];
}

/** A longer chain is taken for a loop. */
const longestChain = 8;

/** Asks for a name and follows CNAMEs. Throws only when the signal aborts. */
export const lookUp = async (
  server: NameServer,
  name: string,
  type: string,
  patience: Patience,
  watch: Stopwatch,
): Promise<Lookup> => {
  const hops: DnsHop[] = [];
  const ttls: number[] = [];
  let asked = name;
  for (;;) {
    const question: Question = { name: asked, type: type as RecordType, class: 'IN' };
    const startMs = watch.now();
    const exchange = await askServer(server.here, question, patience);
    const hop = hopOf(server, question, exchange, { startMs, durationMs: watch.since(startMs) });
    hops.push(hop);
    const end = (outcome: Resolution['outcome'], message?: string): Lookup => {
      if (outcome !== 'ok') hop.failure = outcome;
      const values = outcome === 'ok' ? found.map(record => record.value) : [];
      const ttl = outcome === 'dns-unreachable' ? 0 : Math.min(...ttls);
      return { outcome, values, ttl, hops, ...(message === undefined ? {} : { message }) };
    };
    let found: { value: string }[] = [];
    const { packet } = exchange;
    if (!packet) return end('dns-unreachable', silenceText(server, exchange, patience));

    const chain = follow(packet.answers ?? [], asked, type);
    ttls.push(...chain.ttls);
    found = chain.records;
    const soa = packet.authorities?.find(record => record.type === 'SOA');
    const negativeTtl = soa?.type === 'SOA' ? Math.min(soa.ttl ?? 0, soa.data.minimum ?? 0) : 0;
    if (hop.rcode === 'NXDOMAIN') {
      ttls.push(negativeTtl);
      return end('nxdomain', `${server.story.host} answered NXDOMAIN: there is no name ${chain.name}`);
    }
    if (hop.rcode !== 'NOERROR')
      return end(
        'dns-unreachable',
        `${server.story.host} answered ${hop.rcode}: it cannot say anything about ${asked}`,
      );
    if (found.length > 0) return end('ok');
    // Nothing proves that the chain ends here, so its last name has to be asked for.
    if (chain.name !== asked && !soa && hops.length < longestChain) {
      asked = chain.name;
      continue;
    }
    ttls.push(negativeTtl);
    return end('nodata', `${server.story.host} answered that ${chain.name} exists but has no ${type} record`);
  }
};

/** From the asked name along CNAMEs to records of the type. */
const follow = (answers: readonly Answer[], asked: string, type: string) => {
  const ttls: number[] = [];
  let name = asked;
  const at = (wanted: string) =>
    answers.flatMap(record =>
      record.type !== 'OPT' && record.type === wanted && record.name.toLowerCase() === name.toLowerCase()
        ? [record]
        : [],
    );
  for (let step = 0; step < longestChain; step++) {
    const records = at(type);
    const [cname] = at('CNAME');
    if (records.length > 0) {
      ttls.push(...records.map(({ ttl }) => ttl ?? 0));
      return { name, ttls, records: records.map(record => ({ value: dataText(record) })) };
    }
    if (cname?.type !== 'CNAME') break;
    ttls.push(cname.ttl ?? 0);
    name = cname.data;
  }
  return { name, ttls, records: [] };
};

const hopOf = (
  { story, here }: NameServer,
  { name, type }: Question,
  { transport, packet }: DnsExchange,
  times: { startMs: number; durationMs: number },
): DnsHop => {
  const rcode = (packet as { rcode?: string } | undefined)?.rcode;
  return {
    part: 'dns',
    server: `${story.host}:${story.port}`,
    here: `${here.host}:${here.port}`,
    transport,
    question: `${name} ${type}`,
    ...(packet ? { rcode: rcode ?? '', authoritative: packet.flag_aa } : {}),
    answers: (packet?.answers ?? []).map(recordText),
    authorities: (packet?.authorities ?? []).map(recordText),
    ...times,
  };
};

const silenceText = (
  { story }: NameServer,
  { silence, transport }: DnsExchange,
  patience: Patience,
): string =>
  silence === 'refused'
    ? `the operating system of ${story.host} refused: no name server listens on ${transport} port ${story.port}`
    : `no answer from the name server ${story.host} within ${(patience.tryMs * patience.tries) / 1000} s (asked ${patience.tries} times; this lab gives up sooner than others do)`;
