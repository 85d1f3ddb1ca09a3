import { isIPv4 } from 'node:net';
import { type Fail, parseData, parseName, parseTtl, recordTypes, type ZoneType } from './rdata.ts';
import type { Soa, ZoneRecord } from './record.ts';
import { type Entry, entriesOf, shown, type Token, ZoneError } from './zone-lexer.ts';

export { ZoneError } from './zone-lexer.ts';

/** What an authoritative server knows about one zone. */
export interface Zone {
  origin: string;
  soa: ZoneRecord & { type: 'SOA'; data: Soa };
  records: readonly ZoneRecord[];
  /** The records of each name; a name that only has names below it (an empty non-terminal) has none. */
  nodes: ReadonlyMap<string, readonly ZoneRecord[]>;
}

type PlacedRecord = ZoneRecord & { line: number };

/**
 * Parses a zone file (RFC 1035, section 5; TTL units and `$TTL` after RFC 2308 and BIND).
 * `file` is the name used in errors, `origin` the zone's name. Throws ZoneError.
 */
export const parseZone = (text: string, { file, origin }: { file: string; origin: string }): Zone => {
  const state: State = { origin: origin.toLowerCase().replace(/\.$/, ''), file };
  const zone = state.origin;
  const records: PlacedRecord[] = [];
  for (const entry of entriesOf(text, file)) {
    const first = entry.tokens[0] as Token;
    if (!entry.ownerless && !first.quoted && first.text.startsWith('$')) directive(entry, state);
    else records.push(parseRecord(entry, state));
  }
  return checkedZone(withoutDuplicates(records), zone, file);
};

interface State {
  file: string;
  origin: string;
  owner?: string;
  /** Of `$TTL`. */
  defaultTtl?: number;
  /** Of the last record that stated one. */
  lastTtl?: number;
}

const directive = ({ line, tokens }: Entry, state: State): void => {
  const fail: Fail = problem => {
    throw new ZoneError(state.file, line, problem);
  };
  const [name, value, extra] = tokens as [Token, ...Token[]];
  const word = name.text.toUpperCase();
  if (word === '$INCLUDE') fail('$INCLUDE is not supported here: the whole zone stands in one file');
  if (word !== '$ORIGIN' && word !== '$TTL')
    fail(`unknown directive "${shown(name.text)}", known are $ORIGIN and $TTL`);
  if (!value || extra)
    fail(`${word} takes one value, such as ${word === '$TTL' ? '"$TTL 300"' : '"$ORIGIN foobar.com."'}`);
  if (word === '$TTL') state.defaultTtl = parseTtl(value.text) ?? fail(noTtl(value.text));
  else state.origin = parseName(value.text, state.origin, fail);
};

const noTtl = (text: string): string =>
  `"${shown(text)}" is no TTL: seconds up to 2147483647, or with units such as 5m, 1h30m, 2d`;

/** `[owner] [ttl] [class] type data`, TTL and class in either order. */
const parseRecord = ({ line, ownerless, tokens }: Entry, state: State): PlacedRecord => {
  const fail: Fail = problem => {
    throw new ZoneError(state.file, line, problem);
  };
  const rest = [...tokens];
  const owner = ownerless ? state.owner : parseName((rest.shift() as Token).text, state.origin, fail);
  if (owner === undefined)
    fail('this line begins with a blank, so it belongs to the name before it, but there is none yet');
  state.owner = owner;

  let ttl: number | undefined;
  let hasClass = false;
  for (let next = rest[0]; next && !next.quoted; next = rest[0]) {
    if (/^\d/.test(next.text) && !isIPv4(next.text) && ttl === undefined)
      ttl = parseTtl(next.text) ?? fail(noTtl(next.text));
    else if (/^(IN|CH|HS|CS)$/i.test(next.text) && !hasClass) {
      if (next.text.toUpperCase() !== 'IN')
        fail(`class ${next.text.toUpperCase()} is not served here; the class of the internet is IN`);
      hasClass = true;
    } else break;
    rest.shift();
  }
  if (ttl !== undefined) state.lastTtl = ttl;
  ttl ??= state.defaultTtl ?? state.lastTtl;

  const word = rest.shift();
  if (!word) fail('a record type is missing, such as A or CNAME');
  const type = word.text.toUpperCase();
  if (!isKnown(type)) {
    // The owner was forgotten, or stands behind a blank: the type is where it should not be.
    const hint = rest[0] && isKnown(rest[0].text.toUpperCase()) ? '; a name begins in the first column' : '';
    fail(
      `unknown record type "${shown(word.text)}", known are ${recordTypes.join(', ')}${isIPv4(word.text) ? '; the type stands before the address' : hint}`,
    );
  }
  if (ttl === undefined) fail('no TTL: write seconds before the type, or "$TTL 300" at the top');
  return { name: owner, ttl, line, ...parseData(type, rest, state.origin, fail) };
};

const isKnown = (type: string): type is ZoneType => (recordTypes as readonly string[]).includes(type);

/** Equal records count once (RFC 2181, section 5). */
const withoutDuplicates = (records: readonly PlacedRecord[]): PlacedRecord[] => {
  const key = ({ name, type, data }: PlacedRecord) => JSON.stringify([name, type, data]);
  return [...new Map(records.toReversed().map(record => [key(record), record])).values()].reverse();
};

const checkedZone = (records: readonly PlacedRecord[], origin: string, file: string): Zone => {
  const fail: FailAt = ({ line }, problem) => {
    throw new ZoneError(file, line, problem);
  };
  const [soa, secondSoa] = records.filter(isSoa);
  if (!soa)
    throw new ZoneError(
      file,
      1,
      `the SOA record of ${origin} is missing: every zone begins with one "@ IN SOA"`,
    );
  if (secondSoa) fail(secondSoa, `a zone has one SOA record, and line ${soa.line} has it`);
  if (soa.name !== origin) fail(soa, `the SOA record belongs to ${origin}, not to ${soa.name}`);
  for (const record of records) {
    if (record.name !== origin && !record.name.endsWith(`.${origin}`))
      fail(record, `${record.name} is not inside the zone ${origin}`);
  }

  const nodes = new Map<string, PlacedRecord[]>();
  for (const record of records) {
    nodes.set(record.name, [...(nodes.get(record.name) ?? []), record]);
    for (let name = record.name; name !== origin; name = name.slice(name.indexOf('.') + 1)) {
      if (!nodes.has(name)) nodes.set(name, []);
    }
  }
  if (!nodes.get(origin)?.some(({ type }) => type === 'NS'))
    fail(soa, `${origin} has no NS record: at least one name server must be named`);
  for (const node of nodes.values()) checkNode(node, fail);
  for (const record of records) checkNameServer(record, origin, nodes, fail);
  return { origin, soa, records, nodes };
};

const isSoa = (record: PlacedRecord): record is PlacedRecord & { type: 'SOA'; data: Soa } =>
  record.type === 'SOA';

type FailAt = (at: { line: number }, problem: string) => never;

const checkNode = (node: readonly PlacedRecord[], fail: FailAt): void => {
  const cname = node.find(({ type }) => type === 'CNAME');
  const other = cname && node.find(record => record !== cname);
  if (cname && other) {
    fail(
      other.line > cname.line ? other : cname,
      `${cname.name} has a CNAME record, so it can have no other: a CNAME says "see there for everything"`,
    );
  }
  for (const record of node) {
    const first = node.find(({ type }) => type === record.type);
    if (first && first.ttl !== record.ttl)
      fail(
        record,
        `the ${record.type} records of ${record.name} have different TTLs, ${first.ttl} and ${record.ttl}`,
      );
  }
};

/** A name server inside the zone needs an address inside the zone: nobody else could know it. */
const checkNameServer = (
  record: PlacedRecord,
  origin: string,
  nodes: ReadonlyMap<string, readonly ZoneRecord[]>,
  fail: FailAt,
): void => {
  if (record.type !== 'NS' || (record.data !== origin && !record.data.endsWith(`.${origin}`))) return;
  if (nodes.get(record.data)?.some(({ type }) => type === 'A' || type === 'AAAA')) return;
  const hint = record.data.endsWith(`.${origin}.${origin}`)
    ? '; is the dot at the end of the name missing?'
    : '';
  fail(record, `the name server ${record.data} has no A or AAAA record in this zone${hint}`);
};
