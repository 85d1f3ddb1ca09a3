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

/** An application server that says what it was sent, or does what its handler says. */
export interface App extends AsyncDisposable {
  port: number;
  seen: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
}

export const startApp = async (
  handle: (request: IncomingMessage, response: ServerResponse, body: string) => void = (_, response) =>
    response.end('app'),
  port = 0,
): Promise<App> => {
  const seen: App['seen'] = [];
  const server: Server = createServer((incoming, response) => {
    let body = '';
    incoming.on('data', chunk => {
      body += chunk;
    });
    incoming.on('end', () => {
      seen.push({ method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers, body });
      handle(incoming, response, body);
    });
  });
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
};
