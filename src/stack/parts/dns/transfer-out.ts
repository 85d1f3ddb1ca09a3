/** Gives the whole zone to those who repeat it (AXFR, RFC 5936). */
import { type Answer, AUTHORITATIVE_ANSWER, decode, encode } from 'dns-packet';
import { sign, type TransferKey, verify } from './tsig.ts';
import type { Zone } from './zone.ts';

export interface Transfer {
  messages: Buffer[];
  summary: string;
}

/** Records of one message, in bytes; one larger record has a message of its own. */
const fullBytes = 16_000;

/** The zone, for a signed question that asks for all of it; nothing for any other message. */
export const transferOf = (query: Buffer, zone: Zone, key: TransferKey): Transfer | undefined => {
  const asked = verify(query, key);
  const question = asked && decode(asked.message).questions?.[0];
  if (question?.type !== 'AXFR' || question.name.toLowerCase() !== zone.origin) return undefined;
  const id = query.readUInt16BE(0);
  let before: { mac: Buffer; later?: boolean } = { mac: asked?.mac ?? Buffer.alloc(0) };
  const messages = piecesOf(zone).map((answers, index) => {
    const questions = index === 0 ? [question] : [];
    const message = encode({ type: 'response', id, flags: AUTHORITATIVE_ANSWER, questions, answers });
    const signed = sign(message, key, before);
    before = { mac: signed.mac, later: true };
    return signed.bytes;
  });
  return {
    messages,
    summary: `${zone.origin}. AXFR -> NOERROR: all ${zone.records.length} records, serial ${zone.soa.data.serial}`,
  };
};

/** All records, in pieces that fit into a message; the SOA record is the first one and, once more, the last. */
const piecesOf = ({ soa, records }: Zone): Answer[][] => {
  const pieces: Answer[][] = [[]];
  let bytes = 0;
  for (const record of [soa, ...records.filter(({ type }) => type !== 'SOA'), soa]) {
    const own = encode({ type: 'response', answers: [record] }).length;
    if (bytes > 0 && bytes + own > fullBytes) {
      pieces.push([]);
      bytes = 0;
    }
    pieces.at(-1)?.push(record);
    bytes += own;
  }
  return pieces;
};
