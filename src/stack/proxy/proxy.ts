import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Endpoint } from '../address-book.ts';
import type { Book } from '../browser/connect.ts';
import type { NameServer } from '../browser/lookup.ts';
import { loopback } from '../ports.ts';
import { forward } from './forward.ts';
import { createNames } from './names.ts';
import { tunnel } from './tunnel.ts';

/** In milliseconds; the proxy is more patient than the lab's browser, but gives up sooner than real ones. */
interface Deadlines {
  /** For one DNS question; after it the question is sent again. */
  dnsTryMs: number;
  dnsTries: number;
  connectMs: number;
  /** Without a byte from the server. */
  silenceMs: number;
  /** Of a tunnel, without a byte in either direction. */
  idleMs: number;
}

const defaults: Deadlines = {
  dnsTryMs: 1000,
  dnsTries: 2,
  connectMs: 3000,
  silenceMs: 60_000,
  idleMs: 300_000,
};

export interface ProxyDeps {
  book: Book;
  /** The name servers that this machine asks, in this order. */
  resolvers(): readonly NameServer[];
  /** Has the web server speak TLS, if it does not yet. */
  secure(): Promise<unknown>;
  deadlines?: Partial<Deadlines>;
  /** Milliseconds since 1970, for names that expire. */
  now?(): number;
}

export interface ForwardProxy {
  here: Endpoint;
  /** Empties its cache of names. */
  forget(): void;
  close(): Promise<void>;
}

/**
 * A forward proxy for clients that know nothing of the lab: it asks the lab's DNS for names and dials by the
 * address book. Everything else it answers itself, with a 502 that says why; nothing is ever sent elsewhere.
 */
export const openProxy = async ({
  book,
  resolvers,
  secure,
  deadlines,
  now = Date.now,
}: ProxyDeps): Promise<ForwardProxy> => {
  const { dnsTryMs, dnsTries, connectMs, silenceMs, idleMs } = { ...defaults, ...deadlines };
  const names = createNames(resolvers, { tryMs: dnsTryMs, tries: dnsTries }, now);
  const how = { book, names, secure, connectMs };
  const clients = new Set<Socket>();

  const server = createServer();
  // Fields beyond this number would be dropped without a word; their size is bounded anyway.
  server.maxHeadersCount = 0;
  // Longer than clients usually keep an idle connection, so that none is closed under their hands.
  server.keepAliveTimeout = 300_000;
  server.on('connection', (client: Socket) => {
    clients.add(client);
    client.once('close', () => clients.delete(client));
  });
  for (const event of ['request', 'checkContinue'] as const)
    server.on(event, (asked, answer) => {
      forward(asked, answer, { ...how, silenceMs }).catch(() => answer.destroy());
    });
  server.on('connect', ({ url = '' }, client: Socket, first) => {
    tunnel(url, client, first, { ...how, idleMs }).catch(() => client.destroy());
  });
  server.listen(0, loopback);
  await once(server, 'listening');
  // Only an open connection keeps the tutor from ending.
  server.unref();

  return {
    here: { host: loopback, port: (server.address() as AddressInfo).port },
    forget: () => names.forget(),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const client of clients) client.destroy();
      await closed;
    },
  };
};
