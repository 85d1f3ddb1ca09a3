import type { AuthPlugin } from './auth.ts';
import { MysqlError } from './errors.ts';
import { PacketReader, type PacketWriter } from './packets.ts';
import { capability, charset, serverCapabilities, status } from './protocol.ts';

/** What a client says about itself when it connects or changes its user. */
export interface Login {
  capabilities: number;
  user: string;
  answer: Buffer;
  database: string | undefined;
  /** The method that `answer` was made with, as far as the client says. */
  plugin: string | undefined;
}

/** Protocol::HandshakeV10. `seed` is 20 bytes without NUL. */
export const writeGreeting = (
  out: PacketWriter,
  greeting: { version: string; connection: number; seed: Buffer; plugin: AuthPlugin },
): void => {
  out.uint(10, 1).nulTerminated(greeting.version).uint(greeting.connection, 4);
  out.bytes(greeting.seed.subarray(0, 8)).zeros(1);
  out
    .uint(serverCapabilities & 0xffff, 2)
    .uint(charset.utf8mb4, 1)
    .uint(status.autocommit, 2);
  out.uint(serverCapabilities >>> 16, 2).uint(greeting.seed.length + 1, 1);
  out.zeros(10).bytes(greeting.seed.subarray(8)).zeros(1).nulTerminated(greeting.plugin).end();
};

/** Protocol::HandshakeResponse41. Throws 1043 for older protocols and for TLS, which is not offered. */
export const readLogin = (payload: Buffer): Login => {
  const input = new PacketReader(payload);
  if (input.left < 32) throw new MysqlError(1043, 'Bad handshake');
  const capabilities = input.uint(4);
  if (!(capabilities & capability.protocol41)) throw new MysqlError(1043, 'Bad handshake');
  input.skip(4 + 1 + 23);
  if (input.left === 0) throw new MysqlError(1043, 'Bad handshake');
  const user = input.nulTerminated();
  const answer = Buffer.from(
    capabilities & capability.pluginAuthLenenc ? input.lenencBytes() : input.bytes(input.uint(1)),
  );
  const database = capabilities & capability.connectWithDb ? optionalText(input) : undefined;
  const plugin = capabilities & capability.pluginAuth ? optionalText(input) : undefined;
  return { capabilities, user, answer, database: database || undefined, plugin };
};

/** COM_CHANGE_USER, without its command byte. */
export const readChangeUser = (input: PacketReader, capabilities: number): Login => {
  const user = input.nulTerminated();
  const answer = Buffer.from(input.bytes(input.uint(1)));
  const database = input.nulTerminated() || undefined;
  if (input.left >= 2) input.skip(2);
  return { capabilities, user, answer, database, plugin: optionalText(input) };
};

const optionalText = (input: PacketReader): string | undefined =>
  input.left > 0 ? input.nulTerminated() : undefined;

export const writeAuthSwitch = (out: PacketWriter, plugin: AuthPlugin, seed: Buffer): void => {
  out.uint(0xfe, 1).nulTerminated(plugin).bytes(seed).zeros(1).end();
};

/** caching_sha2_password: the fast path was enough. */
export const writeFastAuthDone = (out: PacketWriter): void => {
  out.uint(1, 1).uint(3, 1).end();
};
