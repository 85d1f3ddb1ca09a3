import type { Answer, DecodedPacket, Question, RecordType } from 'dns-packet';
import type { Endpoint } from '../address-book.ts';
import { dataText, recordText } from '../parts/dns/record.ts';
import type { StoryAddress } from '../topology.ts';
import { askServer, type DnsExchange, type Patience } from './dns-client.ts';
import type { Stopwatch } from './stopwatch.ts';
import type { DnsHop, Resolution } from './trace.ts';

/** A name server that this machine asks: where the story says it is, and where it really is. */
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
  /** One question each; several when a server did not help, or when a CNAME leads out of the answer. */
  hops: DnsHop[];
}

/** A longer chain is taken for a loop. */
const longestChain = 8;

/**
 * Asks for a name, as a stub resolver does (resolv.conf(5)): the first server, and the next one when that does not
 * help; and follows CNAMEs. Throws only when the signal aborts.
 */
export const lookUp = async (
  servers: readonly NameServer[],
  name: string,
  type: string,
  patience: Patience,
  watch: Stopwatch,
): Promise<Lookup> => {
  const hops: DnsHop[] = [];
  const ttls: number[] = [];
  let asked = name;
  for (let step = 1; ; step++) {
    const question: Question = { name: asked, type: type as RecordType, class: 'IN' };
    const tried = await askInTurn(servers, question, patience, watch);
    hops.push(...tried.hops);
    const { server, hop, packet } = tried;
    if (!server || !hop || !packet)
      return { outcome: 'dns-unreachable', values: [], ttl: 0, hops, message: tried.message };

    const chain = follow(packet.answers ?? [], asked, type);
    ttls.push(...chain.ttls);
    const end = (outcome: Lookup['outcome'], message?: string): Lookup => {
      if (outcome !== 'ok') hop.failure = outcome;
      const values = chain.records.map(({ value }) => value);
      return { outcome, values, ttl: Math.min(...ttls), hops, ...(message === undefined ? {} : { message }) };
    };
    const soa = packet.authorities?.find(record => record.type === 'SOA');
    const negativeTtl = soa?.type === 'SOA' ? Math.min(soa.ttl ?? 0, soa.data.minimum ?? 0) : 0;
    const { host } = server.story;
    if (hop.rcode === 'NXDOMAIN') {
      ttls.push(negativeTtl);
      return end('nxdomain', `${host} answered NXDOMAIN: there is no name ${chain.name}`);
    }
    if (chain.records.length > 0) return end('ok');
    // Nothing proves that the chain ends here, so its last name has to be asked for.
    if (chain.name !== asked && !soa && step < longestChain) {
      asked = chain.name;
      continue;
    }
    ttls.push(negativeTtl);
    return end('nodata', `${host} answered that ${chain.name} exists but has no ${type} record`);
  }
};

interface Tried {
  /** One for each time that a server was asked; those that did not help have a failure. */
  hops: DnsHop[];
  /** Who said something about the name, and what. */
  server?: NameServer;
  hop?: DnsHop;
  packet?: DecodedPacket;
  /** Why nobody did. */
  message: string;
}

/** A server that refused once is not asked again; one that was silent is, when all have had their turn. */
const askInTurn = async (
  servers: readonly NameServer[],
  question: Question,
  { tries, ...patience }: Patience,
  watch: Stopwatch,
): Promise<Tried> => {
  const hops: DnsHop[] = [];
  const problems = new Map<NameServer, string>();
  // Nobody else is there meanwhile: then one server is asked again at once.
  const each = servers.length === 1 ? tries : 1;
  let left = servers;
  for (let round = 0; round < tries / each; round++) {
    const silent: NameServer[] = [];
    for (const server of left) {
      const startMs = watch.now();
      const exchange = await askServer(server.here, question, { ...patience, tries: each });
      const hop = hopOf(server, question, exchange, { startMs, durationMs: watch.since(startMs) });
      hops.push(hop);
      if (hop.rcode === 'NOERROR' || hop.rcode === 'NXDOMAIN')
        return { hops, server, hop, message: '', ...(exchange.packet && { packet: exchange.packet }) };
      hop.failure = 'dns-unreachable';
      if (exchange.silence === 'timeout') silent.push(server);
      problems.set(
        server,
        hop.rcode === undefined
          ? silenceText(server, exchange, { ...patience, tries })
          : `${server.story.host} answered ${hop.rcode}: it cannot say anything about ${question.name}`,
      );
    }
    left = silent;
  }
  return { hops, message: [...problems.values()].join('; ') || 'this machine knows no name server' };
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
