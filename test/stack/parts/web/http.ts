import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

export interface Answer {
  status: number;
  reason: string;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

export interface Ask {
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
}

/** One request on a connection of its own. The path goes out exactly as written. */
export const ask = (
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: Ask = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, response => {
      const chunks: Buffer[] = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          reason: response.statusMessage ?? '',
          headers: response.headers,
          body: Buffer.concat(chunks),
        }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });

/** Sends bytes and gives everything that comes back until the server closes the connection. */
export const raw = (port: number, bytes: string | Buffer): Promise<string> =>
  new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', chunk => {
      answer += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
    socket.on('connect', () => socket.write(bytes));
  });

/** A connection on which bytes are sent one after another, and what has come back by now. */
export interface Line extends AsyncDisposable {
  write(bytes: string | Buffer): void;
  received(): string;
  closed(): boolean;
  end(): void;
}

export const openLine = async (to: number | string): Promise<Line> => {
  const socket = typeof to === 'number' ? connect(to, '127.0.0.1') : connect(to);
  let received = '';
  let closed = false;
  socket.on('data', chunk => {
    received += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    closed = true;
  });
  await new Promise<void>(resolve => socket.once('connect', resolve).once('close', () => resolve()));
  return {
    write: bytes => void socket.write(bytes),
    received: () => received,
    closed: () => closed,
    end: () => void socket.end(),
    async [Symbol.asyncDispose]() {
      socket.destroy();
    },
  };
};

/** An application server that says what it was sent, or does what its handler says. */
export interface App extends AsyncDisposable {
  port: number;
  /** URL of what has begun to arrive, and how much of its body has. */
  begun: { url: string; bytes: number; left: boolean }[];
  seen: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
}

export const startApp = async (
  handle: (request: IncomingMessage, response: ServerResponse, body: string) => void = (_, response) =>
    response.end('app'),
  place: number | string = 0,
): Promise<App> => {
  const seen: App['seen'] = [];
  const begun: App['begun'] = [];
  const server: Server = createServer({ keepAliveTimeout: 60_000 }, (incoming, response) => {
    let body = '';
    const beginning = { url: incoming.url ?? '', bytes: 0, left: false };
    begun.push(beginning);
    incoming.on('data', chunk => {
      body += chunk;
      beginning.bytes += chunk.length;
    });
    incoming.on('error', () => {});
    response.on('close', () => {
      beginning.left = !response.writableFinished;
    });
    incoming.on('end', () => {
      seen.push({ method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers, body });
      handle(incoming, response, body);
    });
  });
  const listening = (resolve: () => void) =>
    typeof place === 'string' ? server.listen(place, resolve) : server.listen(place, '127.0.0.1', resolve);
  await new Promise<void>(listening);
  return {
    port: (server.address() as AddressInfo).port,
    begun,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
};
