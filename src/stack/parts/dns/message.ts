import {
  AUTHORITATIVE_ANSWER,
  type DecodedPacket,
  decode,
  encode,
  type OptAnswer,
  type Question,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
} from 'dns-packet';
import { answerQuestion, type Rcode, type Reply, type Turns, type Vacancy, without } from './answer.ts';
import { dataText, nameText, typeText } from './record.ts';
import type { Zone } from './zone.ts';

export type Transport = 'udp' | 'tcp';

export interface Served {
  bytes: Buffer;
  /** For the query log: `www.foobar.com. A -> NOERROR: A 8.8.8.8`. */
  summary: string;
}

/** By opcode bits, from 0. */
const rcodes: readonly Rcode[] = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];

/** Without EDNS an answer over UDP has 512 bytes at most (RFC 1035); with it, what the client says, up to this. */
const plainUdp = 512;
const largestUdp = 4096;
const largestMessage = 0xffff;
const headerLength = 12;

/**
 * The answer to one message from the network, whatever its bytes are; undefined for those that get none:
 * too short to have an id, or an answer themselves (two servers could go on for ever).
 *
 * RA stays off, because this server only knows its own zone: `dig` says "recursion requested but not
 * available" unless it is told `+norecurse`, as it does with the authoritative servers of the internet.
 */
export const serve = (
  bytes: Buffer,
  zone: Zone | Vacancy,
  transport: Transport,
  turns: Turns,
): Served | undefined => {
  if (bytes.length < headerLength || isResponse(bytes)) return undefined;
  if (opcodeOf(bytes) !== 0) return bare(bytes, 'NOTIMP');
  const query = decoded(bytes);
  const question = query?.questions?.[0];
  const asked = question && rawQuestion(bytes);
  const [opt, secondOpt] = (query?.additionals ?? []).filter(isOpt);
  if (!asked || query?.questions?.length !== 1 || secondOpt) return bare(bytes, 'FORMERR');

  const limit = transport === 'tcp' ? largestMessage : udpLimit(opt);
  const fits = (message: Buffer): boolean => message.length <= limit;
  const write = (reply: Reply, truncated = false): Buffer => message(bytes, asked, reply, truncated, opt);
  const said = (reply: Reply, truncated: boolean) =>
    `${questionText(question)} -> ${replyText(reply, truncated)}`;

  const unknownVersion = opt !== undefined && opt.ednsVersion > 0;
  if (unknownVersion)
    return { bytes: write(without('NOERROR')), summary: `${questionText(question)} -> BADVERS` };
  const reply = answerQuestion(zone, question, turns);
  const whole = write(reply);
  if (fits(whole)) return { bytes: whole, summary: said(reply, false) };
  // Addresses that nobody asked for may be left out without a word (RFC 2181, section 9).
  const lean = write({ ...reply, additionals: [] });
  if (fits(lean)) return { bytes: lean, summary: said(reply, false) };
  if (transport === 'tcp')
    return { bytes: write(without('SERVFAIL')), summary: said(without('SERVFAIL'), false) };
  const cut = { ...reply, answers: [], authorities: [], additionals: [] };
  return { bytes: write(cut, true), summary: said(cut, true) };
};

export const isResponse = (bytes: Buffer): boolean => (bytes.readUInt8(2) & 0x80) !== 0;
export const opcodeOf = (bytes: Buffer): number => (bytes.readUInt8(2) >> 3) & 0xf;
const isOpt = (record: { type: string }): record is OptAnswer => record.type === 'OPT';

const udpLimit = (opt: OptAnswer | undefined): number =>
  Math.min(Math.max(opt?.udpPayloadSize ?? 0, plainUdp), largestUdp);

const decoded = (bytes: Buffer): DecodedPacket | undefined => {
  try {
    return decode(bytes);
  } catch {
    return undefined;
  }
};

/**
 * The first question as it came: a client compares it byte by byte with its own. Undefined for names that
 * dns-packet cannot write back: compressed ones, and labels that are not text or contain a dot.
 */
const rawQuestion = (bytes: Buffer): Buffer | undefined => {
  let end = headerLength;
  for (let length = bytes[end]; length; length = bytes[end]) {
    const label = bytes.subarray(end + 1, end + 1 + length);
    if (length > 63 || label.includes('.') || !Buffer.from(label.toString()).equals(label)) return undefined;
    end += 1 + length;
  }
  return bytes.subarray(headerLength, end + 5);
};

/** A header alone, for what could not be read. */
const bare = (bytes: Buffer, rcode: Rcode): Served => ({
  bytes: message(bytes, Buffer.alloc(0), without(rcode), false, undefined),
  summary: `a message of ${bytes.length} bytes -> ${rcode}`,
});

const message = (
  query: Buffer,
  question: Buffer,
  reply: Reply,
  truncated: boolean,
  opt: OptAnswer | undefined,
): Buffer => {
  const asked = query.readUInt16BE(2);
  const flags =
    (asked & (RECURSION_DESIRED | 0x7800)) |
    (reply.authoritative ? AUTHORITATIVE_ANSWER : 0) |
    (truncated ? TRUNCATED_RESPONSE : 0) |
    rcodes.indexOf(reply.rcode);
  const { answers, authorities } = reply;
  const additionals = opt ? [...reply.additionals, ownOpt(opt)] : reply.additionals;
  const bytes = encode({
    type: 'response',
    id: query.readUInt16BE(0),
    flags,
    answers,
    authorities,
    additionals,
  });
  // dns-packet compresses no names, so nothing behind the header depends on where it stands.
  if (question.length > 0) bytes.writeUInt16BE(1, 4);
  return Buffer.concat([bytes.subarray(0, headerLength), question, bytes.subarray(headerLength)]);
};

/** The DO bit goes back as it came (RFC 3225); an EDNS version other than 0 gets BADVERS (RFC 6891). */
const ownOpt = ({ ednsVersion, flag_do }: OptAnswer): OptAnswer => ({
  name: '.',
  type: 'OPT',
  udpPayloadSize: largestUdp,
  extendedRcode: ednsVersion > 0 ? 1 : 0,
  ednsVersion: 0,
  flags: flag_do ? 0x8000 : 0,
  flag_do,
  options: [],
});

const questionText = ({ name, type, class: klass }: Question): string =>
  `${nameText(name)} ${klass === 'IN' ? '' : `${typeText(String(klass))} `}${typeText(type)}`;

const replyText = ({ rcode, answers, authorities }: Reply, truncated: boolean): string => {
  if (truncated) return `${rcode}, too long for UDP: ask again over TCP`;
  const records = answers.flatMap(answer =>
    answer.type === 'OPT' ? [] : `${answer.type} ${dataText(answer)}`,
  );
  if (records.length > 0) return `${rcode}: ${records.join(', ')}`;
  if (authorities.some(({ type }) => type === 'NS')) return `${rcode}: ask the servers below`;
  return rcode === 'NOERROR' ? 'NOERROR, no such record (NODATA)' : rcode;
};
