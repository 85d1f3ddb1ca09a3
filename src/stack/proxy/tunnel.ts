import type { Socket } from 'node:net';
import { type Reach, reach } from './reach.ts';
import { type Refusal, refusalMessage } from './refusal.ts';
import { authorityForm } from './target.ts';

export interface Tunnelling extends Reach {
  /** Milliseconds without a byte in either direction until the tunnel is closed. */
  idleMs: number;
}

/**
 * CONNECT (RFC 9110, section 9.3.6): from now on bytes, whatever they mean, in both directions. TLS goes through
 * it untouched, from the client to the web server. `first` is what the client has sent already.
 */
export const tunnel = async (
  authority: string,
  client: Socket,
  first: Buffer,
  { idleMs, ...how }: Tunnelling,
): Promise<void> => {
  const gone = new AbortController();
  client.on('error', () => {}).once('close', () => gone.abort());
  const target = authorityForm(authority);
  if (!target)
    return refuse(client, {
      status: 400,
      message: `a tunnel leads to HOST:PORT, and this is none: ${authority}`,
    });
  const reached = await reach(how, target, gone.signal);
  if (!reached.socket) return refuse(client, reached.refusal);
  const { socket: server } = reached;
  client.once('close', () => server.destroy());
  server.once('close', () => client.destroySoon());
  if (client.destroyed) return void server.destroy();

  // Either side may have said all while the other still speaks.
  server.allowHalfOpen = true;
  for (const socket of [client, server]) socket.setTimeout(idleMs, () => client.destroy());
  client.write('HTTP/1.1 200 Connection established\r\n\r\n');
  server.write(first);
  client.pipe(server);
  server.pipe(client);
};

const refuse = (client: Socket, refusal: Refusal): void => {
  client.write(refusalMessage(refusal));
  client.destroySoon();
};
