import { randomInt } from 'node:crypto';
import { connect } from 'node:net';
import { type Answer, type DecodedPacket, decode, encode } from 'dns-packet';
import type { Endpoint } from '../../address-book.ts';
import { recordText } from './record.ts';
import { sign, type TransferKey, verify } from './tsig.ts';

const silenceMs = 2000;
/** Far above what a zone for people has. */
const mostBytes = 16 << 20;

/**
 * Asks for the whole zone (AXFR over TCP, RFC 5936) and gives it as a zone file. Rejects with an Error that says
 * what the other side did, and when the signal aborts.
 */
export const fetchZone = (
  source: Endpoint,
  origin: string,
  key: TransferKey,
  signal: AbortSignal,
): Promise<string> =>
  new Promise((resolve, reject) => {
    const id = randomInt(0x10000);
    const questions = [{ name: origin, type: 'AXFR', class: 'IN' } as const];
    const query = sign(encode({ type: 'query', id, questions }), key);
    const take = collector(id, key, query.mac);
    const socket = connect({ host: source.host, port: source.port, signal });
    let rest: Buffer = Buffer.alloc(0);
    const fail = (problem: string): void => {
      socket.destroy();
      reject(new Error(problem));
    };
    const read = (piece: Buffer): void => {
      rest = Buffer.concat([rest, piece]);
      while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
        const end = 2 + rest.readUInt16BE(0);
        const records = take(rest.subarray(2, end));
        rest = rest.subarray(end);
        if (!records) continue;
        socket.destroy();
        resolve(zoneText(origin, records));
        return;
      }
    };

    socket.setTimeout(silenceMs, () => fail(`was silent for ${silenceMs / 1000} s`));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      fail(error.code === 'ECONNREFUSED' ? 'refused the connection' : `broke off: ${error.message}`),
    );
    socket.on('end', () => fail('ended the connection before the zone was whole'));
    socket.on('data', piece => {
      try {
        read(piece);
      } catch (error) {
        fail((error as Error).message);
      }
    });
    const length = Buffer.alloc(2);
    length.writeUInt16BE(query.bytes.length);
    socket.write(Buffer.concat([length, query.bytes]));
  });

/**
 * Takes the messages of one answer, one after the other, and gives all records with the last of them. Throws an
 * Error that says what the other side did wrong.
 */
const collector = (id: number, key: TransferKey, questionMac: Buffer) => {
  let before: { mac: Buffer; later?: boolean } = { mac: questionMac };
  let bytes = 0;
  const records: Answer[] = [];
  return (message: Buffer): Answer[] | undefined => {
    const signed = verify(message, key, before);
    const rcode = rcodeOf(signed?.message ?? message);
    if (rcode !== undefined) throw new Error(rcode);
    if (!signed) throw new Error('signed its answer in a way that does not fit');
    before = { mac: signed.mac, later: true };
    bytes += message.length;
    if (bytes > mostBytes) throw new Error(`sent more than ${mostBytes} bytes`);
    const packet = decode(signed.message);
    if (packet.id !== id) throw new Error('answered another question');
    records.push(...(packet.answers ?? []));
    if (records[0]?.type !== 'SOA') throw new Error('began with something else than the SOA record');
    // It stands at the beginning and, to say that this was all, at the end.
    return records.length > 1 && records.at(-1)?.type === 'SOA' ? records.slice(0, -1) : undefined;
  };
};

/** What it answered instead of records. */
const rcodeOf = (bytes: Buffer): string | undefined => {
  try {
    const { rcode } = decode(bytes) as DecodedPacket & { rcode: string };
    return rcode === 'NOERROR' ? undefined : `answered ${rcode}`;
  } catch {
    return 'answered something that is not DNS';
  }
};

/** Records as a zone file, one a line. */
const zoneText = (origin: string, records: readonly Answer[]): string =>
  [`$ORIGIN ${origin}.`, ...records.map(recordText), ''].join('\n');
