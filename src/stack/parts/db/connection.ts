/** One client's connection: handshake, then command after command, one at a time. */

import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AuthPlugin } from './auth.ts';
import { type Channel, createChannel } from './channel.ts';
import { createCommands } from './commands.ts';
import { MysqlError, ProtocolError } from './errors.ts';
import type { Packet } from './framer.ts';
import { readChangeUser, readLogin, writeGreeting } from './handshake.ts';
import { authenticate } from './login.ts';
import { PacketReader, PacketWriter } from './packets.ts';
import { capability, command, maxPayload, status } from './protocol.ts';
import { writeError, writeOk } from './resultset.ts';
import type { Server } from './server.ts';
import { createSession, type Session } from './session.ts';
import { serverVersion } from './variables.ts';

/** Until somebody has logged in, nobody may send more. */
const handshakePayload = 64 * 1024;
const handshakeMs = 10_000;

/** 20 bytes that the client has to mix with the password; a NUL would end them early. */
const newSeed = (): Buffer => Buffer.from(randomBytes(20).map(byte => (byte % 127) + 1));

/** Greets the client and lets it log in. Throws MysqlError. */
const openSession = async (
  server: Server,
  channel: Channel,
  first: Packet,
  greeting: { seed: Buffer; plugin: AuthPlugin; id: number; kill: () => void },
): Promise<{ session: Session; capabilities: number } | undefined> => {
  const login = readLogin(first.payload);
  const { account, out } = await authenticate(server, channel, login, { ...greeting, packet: first });
  if (channel.closed) return undefined;
  const foundRows = (login.capabilities & capability.foundRows) !== 0;
  const { host } = server;
  const { id: connection, kill } = greeting;
  try {
    const session = createSession(server, {
      account,
      connection,
      host,
      database: login.database,
      foundRows,
      kill,
    });
    writeOk(out, status.autocommit);
    await channel.send(out.finish());
    return { session, capabilities: login.capabilities };
  } catch (error) {
    if (!(error instanceof MysqlError)) throw error;
    throw new ProtocolError(out.sequence, error.code, error.message);
  }
};

export const serveConnection = (server: Server, socket: Socket, id: number, plugin: AuthPlugin): void => {
  const seed = newSeed();
  let session: Session | undefined;
  const impatience = setTimeout(() => socket.destroy(), handshakeMs);
  const channel = createChannel(socket, {
    limit: handshakePayload,
    onClose: () => {
      clearTimeout(impatience);
      session?.close();
    },
  });

  const changeUser = async (open: Session, packet: Packet, capabilities: number): Promise<void> => {
    const login = readChangeUser(new PacketReader(packet.payload.subarray(1)), capabilities);
    const { account, out } = await authenticate(server, channel, login, { seed, plugin, packet });
    open.reset(account, login.database);
    writeOk(out, status.autocommit);
    await channel.send(out.finish());
  };

  const serve = async (open: Session, capabilities: number): Promise<void> => {
    const commands = createCommands(server, open, capabilities, async out => {
      await channel.send(out.take());
      await nextTurn();
    });
    for (let packet = await channel.receive(); packet; packet = await channel.receive()) {
      if (packet.sequence !== 0)
        throw new ProtocolError(packet.sequence + 1, 1156, 'Got packets out of order');
      const [code] = packet.payload;
      if (code === command.quit) return;
      if (code === command.binlogDump) {
        const { dump } = await import('./replication/dump.ts');
        return dump(server, channel, { account: open.account, connection: id }, packet.payload.subarray(1));
      }
      if (open.account.replication && code !== command.ping)
        throw new MysqlError(1227, 'Access denied; this account may read the log, and nothing else');
      if (code === command.changeUser) await changeUser(open, packet, capabilities);
      else {
        const out = await commands(packet.payload);
        if (out) await channel.send(out.finish());
      }
    }
  };

  const refuse = (error: unknown, sequence: number) => {
    const failed = error instanceof MysqlError ? error : new MysqlError(1105, 'Unknown error');
    const out = new PacketWriter(error instanceof ProtocolError ? error.sequence : sequence);
    writeError(out, failed);
    channel.end(out.finish());
  };

  const run = async (): Promise<void> => {
    // What an error answers that says nothing else: the client's login, then its commands.
    let sequence = 2;
    try {
      const hello = new PacketWriter(0);
      writeGreeting(hello, { version: serverVersion, connection: id, seed, plugin });
      await channel.send(hello.finish());
      const first = await channel.receive();
      if (!first) return;
      sequence = first.sequence + 1;
      const opened = await openSession(server, channel, first, {
        seed,
        plugin,
        id,
        kill: () => socket.destroy(),
      });
      if (!opened) return;
      session = opened.session;
      if (channel.closed) return session.close();
      clearTimeout(impatience);
      channel.limit = maxPayload;
      sequence = 1;
      await serve(session, opened.capabilities);
      channel.end();
    } catch (error) {
      refuse(error, sequence);
    }
  };

  // Whatever goes wrong ends this connection, never the server.
  void run().catch(() => socket.destroy());
};
