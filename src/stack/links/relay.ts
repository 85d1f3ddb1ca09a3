import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Endpoint } from '../address-book.ts';
import { loopback } from '../ports.ts';
import { delayLine } from './delay-line.ts';
import { knockByte } from './knock.ts';

export interface Relay {
  here: Endpoint;
  /** From now on, also for what comes over connections that stand. */
  delay(ms: number): void;
  close(): void;
}

/**
 * A door further away: everything takes half of the delay to the other end and half of it back, so that each round
 * trip takes as much longer, that of opening the connection included.
 */
export const openRelay = async (to: Endpoint, ms: number): Promise<Relay> => {
  let delayMs = ms;
  const half = (): number => delayMs / 2;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, client =>
    join(client, connect({ ...to, allowHalfOpen: true, noDelay: true }), half),
  );
  server.listen(0, loopback);
  await once(server, 'listening');
  return {
    here: { host: loopback, port: portOf(server) },
    delay: next => {
      delayMs = next;
    },
    close: () => server.close(),
  };
};

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

const join = (client: Socket, target: Socket, half: () => number): void => {
  /** When the client would know that its connection stands, or that it does not. */
  const standsMs = performance.now() + 2 * half();
  const later = (deed: () => void): void =>
    void setTimeout(deed, Math.max(1, Math.ceil(standsMs - performance.now())));
  client.on('error', () => {});
  target.once('error', () => later(() => client.resetAndDestroy()));
  client.once('close', () => target.connecting && target.destroy());
  target.once('connect', () => {
    target.removeAllListeners('error');
    // A server that speaks first does so when it knows that the connection stands: half a round trip later.
    delayLine(target, client, { ms: half, notBefore: standsMs + 2 * half() });
    delayLine(client, target, {
      ms: half,
      notBefore: standsMs + half(),
      first: bytes => {
        if (bytes[0] !== knockByte) return bytes;
        later(() => client.destroyed || client.write(bytes.subarray(0, 1)));
        return bytes.subarray(1);
      },
    });
  });
};
