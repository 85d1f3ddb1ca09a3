import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { AddressBook, type Endpoint } from '../../../src/stack/address-book.ts';
import { type Browser, type BrowserDeps, createBrowser } from '../../../src/stack/browser/browser.ts';
import { type DnsServer, startDns } from '../../../src/stack/parts/dns/server.ts';
import { freePorts, loopback } from '../../../src/stack/ports.ts';
import type { PartPlan } from '../../../src/stack/topology.ts';
import { zoneText } from '../parts/dns/zones.ts';

/** A browser in front of a real DNS server and whatever plays the web server at 8.8.8.8:80. */
export interface Lab {
  browser: Browser;
  dns: DnsServer;
  book: AddressBook;
  /** What the browser's clock for expiry says, in milliseconds. */
  clock: { now: number };
  close(): Promise<void>;
}

export const plan = (
  part: 'dns' | 'web' | 'app' | 'db',
  host: string,
  port: number,
  open = true,
): PartPlan => ({
  id: `${part}@server-1`,
  part,
  server: 'server-1',
  address: { host, port },
  open,
});

/** Adds a part to a book, or gives it another place. */
export const enter = (book: AddressBook, added: PartPlan, here: Endpoint, secure?: Endpoint): void => {
  book.settle(added.id, here, secure);
  const others = book.entries().flatMap(({ plan }) => (plan.id === added.id ? [] : [plan]));
  book.publish([...others, added]);
};

export const startLab = async (
  web: Endpoint,
  { lines = [], secure, ...deps }: Partial<BrowserDeps> & { lines?: string[]; secure?: Endpoint } = {},
): Promise<Lab> => {
  const dir = await mkdtemp(join(tmpdir(), 'browser-'));
  const zone = join(dir, 'foobar.com.zone');
  await writeFile(zone, zoneText('www A 8.8.8.8', ...lines));
  const [port = 0] = await freePorts(1);
  const dns = await startDns(
    { listen: { host: loopback, port }, origin: 'foobar.com', zone, log: join(dir, 'queries.log') },
    () => {},
  );
  const book = new AddressBook();
  enter(book, plan('dns', '192.0.2.53', 53), dns.here);
  enter(book, { ...plan('web', '8.8.8.8', 80), secure: { host: '8.8.8.8', port: 443 } }, web, secure);
  enter(book, plan('app', '127.0.0.1', 8000, false), web);
  const clock = { now: 1_000_000 };
  const browser = createBrowser({
    book,
    resolvers: () => [{ story: { host: '192.0.2.53', port: 53 }, here: dns.here }],
    authority: () => Promise.reject(new Error('this lab has no authority')),
    evidence: () => [],
    now: () => clock.now,
    ...deps,
  });
  const close = async () => {
    await dns.close();
    await rm(dir, { recursive: true });
  };
  return { browser, dns, book, clock, close };
};

export interface Listening {
  here: Endpoint;
  /** How many connections came. */
  readonly connections: number;
  /** How many of them still stand. */
  readonly open: number;
  close(): Promise<void>;
}

const listening = async (server: Server): Promise<Listening> => {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  server.listen(0, loopback);
  await once(server, 'listening');
  return {
    here: { host: loopback, port: (server.address() as AddressInfo).port },
    get connections() {
      return connections;
    },
    get open() {
      return sockets.size;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

export const httpServer = (listener: RequestListener): Promise<Listening> =>
  listening(createHttpServer(listener));

export const tlsServer = (
  options: TlsOptions,
  onConnection: (socket: TLSSocket) => void,
): Promise<Listening> => listening(createTlsServer(options, onConnection));

export const tcpServer = (onConnection: (socket: Socket) => void): Promise<Listening> =>
  listening(createServer(onConnection));

/** An address of this machine where nothing listens. */
export const nobody = async (): Promise<Endpoint> => {
  const [port = 0] = await freePorts(1);
  return { host: loopback, port };
};
