import type { Answer, Question } from 'dns-packet';
import type { ZoneRecord } from './record.ts';
import type { Zone } from './zone.ts';

export type Rcode = 'NOERROR' | 'FORMERR' | 'SERVFAIL' | 'NXDOMAIN' | 'NOTIMP' | 'REFUSED';

export interface Reply {
  rcode: Rcode;
  /** The AA bit: this server is the authority for the name. */
  authoritative: boolean;
  answers: Answer[];
  authorities: Answer[];
  additionals: Answer[];
}

/** A zone that this server should know and does not. */
export interface Vacancy {
  origin: string;
  soa?: undefined;
}

/** Counts how often a record set was given, from 0; each set on its own, or A and AAAA in turn would stand still. */
export type Turns = (set: string) => number;

/**
 * Answers one question from the zone, by the algorithm of RFC 1034 section 4.3.2: the name itself, a CNAME
 * to follow, a delegation, a wildcard (RFC 4592), or proof that there is nothing (RFC 2308).
 * Several A or AAAA records are given in another order each time.
 */
export const answerQuestion = (zone: Zone | Vacancy, question: Question, turns: Turns): Reply => {
  if (question.class !== 'IN' && question.class !== 'ANY') return refused();
  // Zone transfers are for secondary name servers, who sign their question.
  if (question.type === 'AXFR' || question.type === 'IXFR') return refused();
  const answers: Answer[] = [];
  const seen = new Set<string>();
  let owner = question.name.replace(/\.$/, '');
  if (!zone.soa) return isWithin(owner.toLowerCase(), zone.origin) ? without('SERVFAIL') : refused();
  for (;;) {
    const name = owner.toLowerCase();
    // Outside the zone another server has to be asked; a CNAME loop ends where it began.
    if (!isWithin(name, zone.origin)) return answers.length > 0 ? found(zone, answers) : refused();
    if (seen.has(name)) return found(zone, answers);
    seen.add(name);

    const delegation = delegationOf(zone, name);
    if (delegation) return referral(zone, answers, delegation);
    const node = nodeOf(zone, name);
    if (!node) return negative(zone, 'NXDOMAIN', answers);

    const cname = node.find(({ type }) => type === 'CNAME');
    if (cname?.type === 'CNAME' && question.type !== 'CNAME') {
      answers.push({ ...cname, name: owner });
      if (isAny(question)) return found(zone, answers);
      owner = cname.data;
      continue;
    }
    if (isAny(question) && node.length > 0) return found(zone, [...answers, minimalAny(owner, node)]);
    const records = node.filter(({ type }) => type === question.type);
    if (records.length === 0) return negative(zone, 'NOERROR', answers);
    return found(zone, [...answers, ...rotated(records, turns).map(record => ({ ...record, name: owner }))]);
  }
};

const isAny = ({ type }: Question): boolean => (type as string) === 'ANY';

/** `ANY` gets one made-up record whose text tells where to read why (RFC 8482, section 4.2). */
const minimalAny = (name: string, node: readonly ZoneRecord[]): Answer => ({
  name,
  type: 'HINFO',
  ttl: Math.min(...node.map(({ ttl }) => ttl)),
  data: { cpu: 'RFC8482', os: '' },
});

const rotated = (records: readonly ZoneRecord[], turns: Turns): readonly ZoneRecord[] => {
  const [first] = records;
  if (!first || records.length < 2 || (first.type !== 'A' && first.type !== 'AAAA')) return records;
  const start = turns(`${first.name} ${first.type}`) % records.length;
  return [...records.slice(start), ...records.slice(0, start)];
};

const isWithin = (name: string, origin: string): boolean => name === origin || name.endsWith(`.${origin}`);

/** The name and all names above it, down to the zone's own: `a.b.foobar.com`, `b.foobar.com`, `foobar.com`. */
const upwards = (name: string, origin: string): string[] => {
  const labels = name.split('.');
  return labels
    .slice(0, labels.length - origin.split('.').length + 1)
    .map((_, index) => labels.slice(index).join('.'));
};

const nodeOf = (zone: Zone, name: string): readonly ZoneRecord[] | undefined => {
  const node = zone.nodes.get(name);
  if (node) return node;
  const encloser = upwards(name, zone.origin).find(above => zone.nodes.has(above));
  return zone.nodes.get(`*.${encloser}`);
};

/** The name servers of the highest part of the name that the zone has handed to others. */
const delegationOf = (zone: Zone, name: string): ZoneRecord[] | undefined =>
  upwards(name, zone.origin)
    .filter(above => above !== zone.origin)
    .map(above => (zone.nodes.get(above) ?? []).filter(({ type }) => type === 'NS'))
    .findLast(servers => servers.length > 0);

const refused = (): Reply => without('REFUSED');

/** Nothing but what went wrong. */
export const without = (rcode: Rcode): Reply => ({
  rcode,
  authoritative: false,
  answers: [],
  authorities: [],
  additionals: [],
});

const found = (zone: Zone, answers: Answer[]): Reply => ({
  rcode: 'NOERROR',
  authoritative: true,
  answers,
  authorities: [],
  additionals: addressesFor(zone, answers),
});

const referral = (zone: Zone, answers: Answer[], servers: ZoneRecord[]): Reply => ({
  rcode: 'NOERROR',
  authoritative: answers.length > 0,
  answers,
  authorities: servers,
  additionals: addressesFor(zone, servers),
});

/** The SOA proves it, and its TTL says for how long it may be remembered (RFC 2308, section 3). */
const negative = (zone: Zone, rcode: Rcode, answers: Answer[]): Reply => ({
  rcode,
  authoritative: true,
  answers,
  authorities: [{ ...zone.soa, ttl: Math.min(zone.soa.ttl, zone.soa.data.minimum) }],
  additionals: [],
});

/** Addresses of the hosts that the records name, so that nobody has to ask for them next. */
const addressesFor = (zone: Zone, records: readonly Answer[]): Answer[] => {
  const hosts = records.flatMap(record =>
    record.type === 'NS' ? [record.data] : record.type === 'MX' ? [record.data.exchange] : [],
  );
  return [...new Set(hosts)]
    .flatMap(host => zone.nodes.get(host) ?? [])
    .filter(({ type }) => type === 'A' || type === 'AAAA');
};
