/** The replica's side of the connection: a client of MySQL's protocol that asks for the log. */

import { createConnection } from 'node:net';
import { scramble } from '../auth.ts';
import { MysqlError } from '../errors.ts';
import { createFramer } from '../framer.ts';
import { PacketReader, PacketWriter } from '../packets.ts';
import { capability, charset, command, maxPayload } from '../protocol.ts';
import { packetKind } from './dump.ts';
import type { Source } from './source.ts';

/** As MySQL's slave_net_timeout: a source that says nothing for so long is connected to anew. */
const silenceMs = 4000;

export interface Fetching {
  /** The source has let us in; its number. */
  connected(server: number): void;
  /** One line of its log; the next one comes when the promise is resolved. */
  line(text: string): Promise<void> | void;
}

const seedOf = (greeting: Buffer): Buffer => {
  const input = new PacketReader(greeting);
  if (input.uint(1) === 0xff) throw errorOf(greeting);
  input.nulTerminated();
  input.skip(4);
  const first = input.bytes(8);
  input.skip(1 + 2 + 1 + 2 + 2 + 1 + 10);
  return Buffer.concat([first, input.bytes(12)]);
};

const errorOf = (payload: Buffer): MysqlError => {
  const input = new PacketReader(payload);
  input.skip(1);
  const code = input.uint(2);
  return new MysqlError(
    code,
    input
      .rest()
      .toString('utf8')
      .replace(/^#...../, ''),
  );
};

const login = ({ user, password }: Source, seed: Buffer, sequence: number): Buffer => {
  const { protocol41, secureConnection, pluginAuth, longPassword } = capability;
  const answer = scramble('mysql_native_password', password, seed);
  return new PacketWriter(sequence)
    .uint(protocol41 | secureConnection | pluginAuth | longPassword, 4)
    .uint(maxPayload, 4)
    .uint(charset.utf8mb4, 1)
    .zeros(23)
    .nulTerminated(user)
    .uint(answer.length, 1)
    .bytes(answer)
    .nulTerminated('mysql_native_password')
    .end()
    .finish();
};

const askFor = (position: string): Buffer =>
  new PacketWriter(0).uint(command.binlogDump, 1).bytes(Buffer.from(position)).end().finish();

/**
 * Fetches everything behind the position, for as long as the source is there. Throws MysqlError when the source
 * refuses, and the system's errors when it cannot be reached or is gone.
 */
export const fetchLog = async (
  source: Source,
  position: string,
  fetching: Fetching,
  signal: AbortSignal,
): Promise<void> => {
  const socket = createConnection({ host: source.host, port: source.port, noDelay: true, signal });
  socket.setTimeout(silenceMs);
  socket.on('timeout', () => socket.destroy(new Error('the source has not said anything for a while')));
  const framer = createFramer();
  let state: 'greeting' | 'login' | 'log' = 'greeting';
  let begun: Buffer[] = [];

  const take = async (bytes: Buffer): Promise<void> => {
    let from = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      const text = Buffer.concat([...begun, bytes.subarray(from, end + 1)]).toString('utf8');
      begun = [];
      from = end + 1;
      const room = fetching.line(text);
      if (!room) continue;
      // It is we who are silent now.
      socket.setTimeout(0);
      await room;
      socket.setTimeout(silenceMs);
    }
    if (from < bytes.length) begun.push(Buffer.from(bytes.subarray(from)));
  };

  const understand = async (payload: Buffer, sequence: number): Promise<void> => {
    if (state === 'greeting') {
      socket.write(login(source, seedOf(payload), sequence + 1));
      state = 'login';
    } else if (payload[0] === 0xff) throw errorOf(payload);
    else if (state === 'login') {
      if (payload[0] !== 0) throw new MysqlError(1045, 'the source wants another way to log in');
      socket.write(askFor(position));
      state = 'log';
    } else if (payload[0] === packetKind.heartbeat) fetching.connected(Number(payload.toString('utf8', 1)));
    else if (payload[0] === packetKind.lines) await take(payload.subarray(1));
  };

  try {
    // What is not asked for stays in the socket: a replica that is busy slows its source's sending down.
    for await (const chunk of socket)
      for (const { payload, sequence } of framer.feed(chunk as Buffer, maxPayload))
        await understand(payload, sequence);
  } finally {
    socket.destroy();
  }
  throw new Error('Lost connection to server during query');
};
