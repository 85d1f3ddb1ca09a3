/** Who a client is: MySQL's connection phase, and COM_CHANGE_USER. */

import { type AuthPlugin, isAuthPlugin, verify } from './auth.ts';
import type { Channel } from './channel.ts';
import { ProtocolError } from './errors.ts';
import type { Packet } from './framer.ts';
import { type Login, writeAuthSwitch, writeFastAuthDone } from './handshake.ts';
import { PacketWriter } from './packets.ts';
import type { Account, Server } from './server.ts';

/**
 * Checks the password; a client that answered by another method, or for another seed, is asked once more
 * by the announced one. Returns the account, and what the final OK has to be written behind. Throws 1045.
 */
export const authenticate = async (
  server: Server,
  channel: Channel,
  login: Login,
  { seed, plugin, packet }: { seed: Buffer; plugin: AuthPlugin; packet: Packet },
): Promise<{ account: Account; out: PacketWriter }> => {
  const account = server.accounts.find(({ user }) => user === login.user);
  // An unknown user is checked too, so that it takes as long as a wrong password.
  const password = account?.password ?? seed.toString('hex');
  const passes = (method: string, answer: Buffer) =>
    isAuthPlugin(method) && verify(method, password, seed, answer);
  let { answer } = login;
  let method = login.plugin ?? 'mysql_native_password';
  let next = packet.sequence + 1;
  let right = passes(method, answer);
  if (!right && method !== plugin) {
    const out = new PacketWriter(next);
    writeAuthSwitch(out, plugin, seed);
    await channel.send(out.finish());
    const second = await channel.receive();
    answer = second?.payload ?? Buffer.alloc(0);
    method = plugin;
    next = (second?.sequence ?? next) + 1;
    right = passes(method, answer);
  }
  if (!account || !right) {
    const used = answer.length ? 'YES' : 'NO';
    const message = `Access denied for user '${login.user}'@'${server.host}' (using password: ${used})`;
    throw new ProtocolError(next, 1045, message);
  }
  const out = new PacketWriter(next);
  if (method === 'caching_sha2_password' && account.password !== '') writeFastAuthDone(out);
  return { account, out };
};
