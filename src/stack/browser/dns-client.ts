import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { type DecodedPacket, decode, encode, type Question, RECURSION_DESIRED } from 'dns-packet';
import type { Endpoint } from '../address-book.ts';

export interface Patience {
  /** Milliseconds to wait for one try. */
  tryMs: number;
  tries: number;
  signal?: AbortSignal | undefined;
}

export interface DnsExchange {
  transport: 'udp' | 'tcp';
  packet?: DecodedPacket;
  /** Why there is no packet: the port refused, or nothing came within all tries. */
  silence?: 'refused' | 'timeout';
}

/** Large enough for most answers, small enough for every network (DNS flag day 2020). */
const udpPayloadSize = 1232;

/**
 * Asks one server one question, as a stub resolver does: over UDP, again when nothing comes, over TCP when
 * the answer was cut. Throws only when the signal aborts.
 */
export const askServer = async (
  server: Endpoint,
  question: Question,
  patience: Patience,
): Promise<DnsExchange> => {
  const id = randomInt(0x10000);
  const query = encode({
    type: 'query',
    id,
    flags: RECURSION_DESIRED,
    questions: [question],
    additionals: [
      {
        name: '.',
        type: 'OPT',
        udpPayloadSize,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ],
  });
  const accept = (bytes: Buffer): DecodedPacket | undefined => answerTo(id, question, bytes);
  const overUdp = await askOverUdp(server, query, accept, patience);
  if (!overUdp.packet?.flag_tc) return overUdp;
  return askOverTcp(server, query, accept, patience);
};

/** The packet, if it is one and answers this question; anything else is not for us. */
const answerTo = (id: number, question: Question, bytes: Buffer): DecodedPacket | undefined => {
  try {
    const packet = decode(bytes);
    const asked = packet.questions?.[0];
    const same = asked?.type === question.type && asked.name.toLowerCase() === question.name.toLowerCase();
    return packet.id === id && packet.flag_qr && (same || !asked) ? packet : undefined;
  } catch {
    return undefined;
  }
};

type Accept = (bytes: Buffer) => DecodedPacket | undefined;

const askOverUdp = (
  server: Endpoint,
  query: Buffer,
  accept: Accept,
  patience: Patience,
): Promise<DnsExchange> =>
  new Promise((resolve, reject) => {
    const { tryMs, tries, signal } = patience;
    const socket = createSocket('udp4');
    let timer: NodeJS.Timeout | undefined;
    let sent = 0;
    const finish = (outcome: Omit<DnsExchange, 'transport'>) => {
      release();
      resolve({ transport: 'udp', ...outcome });
    };
    const abort = () => {
      release();
      reject(signal?.reason);
    };
    const release = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      socket
        .removeAllListeners('message')
        .removeAllListeners('error')
        .on('error', () => {});
      socket.close();
    };
    const send = () => {
      if (sent++ >= tries) return finish({ silence: 'timeout' });
      timer = setTimeout(send, tryMs);
      socket.send(query, () => {});
    };
    if (signal?.aborted) return abort();
    signal?.addEventListener('abort', abort);
    socket.on('message', bytes => {
      const packet = accept(bytes);
      if (packet) finish({ packet });
    });
    // Connected, so that the system reports a closed port (ICMP) and takes answers from nobody else.
    socket.on('error', () => finish({ silence: 'refused' }));
    socket.connect(server.port, server.host, send);
  });

const askOverTcp = (
  server: Endpoint,
  query: Buffer,
  accept: Accept,
  patience: Patience,
): Promise<DnsExchange> =>
  new Promise((resolve, reject) => {
    const { tryMs, tries, signal } = patience;
    const socket = connect(server.port, server.host);
    let rest: Buffer = Buffer.alloc(0);
    const finish = (outcome: Omit<DnsExchange, 'transport'>) => {
      release();
      resolve({ transport: 'tcp', ...outcome });
    };
    const abort = () => {
      release();
      reject(signal?.reason);
    };
    const release = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      socket.destroy();
    };
    const timer = setTimeout(() => finish({ silence: 'timeout' }), tryMs * tries);
    if (signal?.aborted) return abort();
    signal?.addEventListener('abort', abort);
    socket.on('error', () => finish({ silence: 'refused' }));
    socket.on('close', () => finish({ silence: 'refused' }));
    socket.on('data', (piece: Buffer) => {
      rest = Buffer.concat([rest, piece]);
      if (rest.length < 2 || rest.length < 2 + rest.readUInt16BE(0)) return;
      const packet = accept(rest.subarray(2, 2 + rest.readUInt16BE(0)));
      if (packet) finish({ packet });
    });
    const length = Buffer.alloc(2);
    length.writeUInt16BE(query.length);
    socket.write(Buffer.concat([length, query]));
  });
