/** One client's connection: handshake, then command after command, one at a time. */

import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { type AuthPlugin, isAuthPlugin, verify } from './auth.ts';
import { createCommands } from './commands.ts';
import { MysqlError } from './errors.ts';
import { createFramer, type Packet } from './framer.ts';
import {
  type Login,
  readChangeUser,
  readLogin,
  writeAuthSwitch,
  writeFastAuthDone,
  writeGreeting,
} from './handshake.ts';
import { PacketReader, PacketWriter } from './packets.ts';
import { capability, command, maxPayload, status } from './protocol.ts';
import { writeError, writeOk } from './resultset.ts';
import type { Account, Server } from './server.ts';
import { createSession, type Session } from './session.ts';
import { serverVersion } from './variables.ts';

/** Until somebody has logged in, nobody may send more. */
const handshakePayload = 64 * 1024;
const handshakeMs = 10_000;

const accessDenied = (user: string, host: string, answer: Buffer): MysqlError =>
  new MysqlError(
    1045,
    `Access denied for user '${user}'@'${host}' (using password: ${answer.length ? 'YES' : 'NO'})`,
  );

/** 20 bytes that the client has to mix with the password; a NUL would end them early. */
const newSeed = (): Buffer => Buffer.from(randomBytes(20).map(byte => (byte % 127) + 1));

export const serveConnection = (server: Server, socket: Socket, id: number, plugin: AuthPlugin): void => {
  const framer = createFramer();
  const host = server.host;
  const queue: Packet[] = [];
  let arrived: (() => void) | undefined;
  let closed = false;
  let session: Session | undefined;

  const send = (out: PacketWriter) => {
    if (!closed) socket.write(out.finish());
  };

  const refuse = (error: MysqlError, sequence: number) => {
    const out = new PacketWriter(sequence);
    writeError(out, error);
    if (!closed) socket.end(out.finish());
  };

  /** The next packet, or nothing when the client is gone. */
  const receive = async (): Promise<Packet | undefined> => {
    while (queue.length === 0 && !closed)
      await new Promise<void>(resolve => {
        arrived = resolve;
      });
    return queue.shift();
  };

  const close = () => {
    if (closed) return;
    closed = true;
    arrived?.();
    clearTimeout(impatience);
    session?.close();
  };

  const impatience = setTimeout(() => socket.destroy(), handshakeMs);

  socket.setNoDelay(true);
  socket.on('error', close);
  socket.on('close', close);
  socket.on('data', chunk => {
    try {
      queue.push(...framer.feed(chunk, session ? maxPayload : handshakePayload));
      arrived?.();
    } catch (error) {
      const failed =
        error instanceof MysqlError ? error : new MysqlError(1835, 'Malformed communication packet.');
      refuse(failed, 1);
      socket.removeAllListeners('data');
      socket.resume();
      close();
    }
  });

  /**
   * Checks the password; a client that answered by another method, or for another seed, is asked once more
   * by the announced one.
   */
  const authenticate = async (
    login: Login,
    seed: Buffer,
    sequence: number,
  ): Promise<{ account: Account; out: PacketWriter }> => {
    const account = server.accounts.find(({ user }) => user === login.user);
    // An unknown user is checked too, so that it takes as long as a wrong password.
    const password = account?.password ?? seed.toString('hex');
    const passes = (method: string, answer: Buffer) =>
      isAuthPlugin(method) && verify(method, password, seed, answer);
    let { answer } = login;
    let method = login.plugin ?? 'mysql_native_password';
    let next = sequence + 1;
    let right = passes(method, answer);
    if (!right && method !== plugin) {
      const out = new PacketWriter(next);
      writeAuthSwitch(out, plugin, seed);
      send(out);
      const packet = await receive();
      answer = packet?.payload ?? Buffer.alloc(0);
      method = plugin;
      next = (packet?.sequence ?? next) + 1;
      right = passes(method, answer);
    }
    if (!account || !right) throw Object.assign(accessDenied(login.user, host, answer), { sequence: next });
    const out = new PacketWriter(next);
    if (method === 'caching_sha2_password' && account.password !== '') writeFastAuthDone(out);
    return { account, out };
  };

  const changeUser = async (packet: Packet, capabilities: number, seed: Buffer): Promise<number> => {
    const reader = new PacketReader(packet.payload.subarray(1));
    const login = readChangeUser(reader, capabilities);
    const { account, out } = await authenticate(login, seed, packet.sequence);
    session?.reset(account, login.database);
    writeOk(out, status.autocommit);
    send(out);
    return capabilities;
  };

  const serve = async () => {
    const seed = newSeed();
    const hello = new PacketWriter(0);
    writeGreeting(hello, { version: serverVersion, connection: id, seed, plugin });
    send(hello);
    const first = await receive();
    if (!first) return;
    let sequence = first.sequence;
    try {
      const login = readLogin(first.payload);
      const { account, out } = await authenticate(login, seed, sequence);
      if (closed) return;
      sequence = out.sequence - 1;
      const foundRows = (login.capabilities & capability.foundRows) !== 0;
      session = createSession(server, { account, connection: id, host, database: login.database, foundRows });
      clearTimeout(impatience);
      writeOk(out, status.autocommit);
      send(out);
      const commands = createCommands(server, session, login.capabilities);
      for (let packet = await receive(); packet; packet = await receive()) {
        sequence = packet.sequence;
        if (sequence !== 0) throw new MysqlError(1156, 'Got packets out of order');
        if (packet.payload[0] === command.quit) break;
        if (packet.payload[0] === command.changeUser) await changeUser(packet, login.capabilities, seed);
        else {
          const out = await commands(packet.payload);
          if (out) send(out);
        }
      }
      socket.end();
    } catch (error) {
      const failed = error instanceof MysqlError ? error : new MysqlError(1105, 'Unknown error');
      const answered = error instanceof Error && 'sequence' in error ? Number(error.sequence) : sequence + 1;
      refuse(failed, answered);
    } finally {
      close();
    }
  };

  // Whatever goes wrong ends this connection, never the server.
  void serve().catch(() => socket.destroy());
};
