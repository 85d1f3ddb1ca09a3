import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { SiteResponse } from './contract.ts';
import type { Log } from './log.ts';
import { reason, report } from './report.ts';
import type { Work } from './work.ts';

interface Context {
  /** Such as `server-1`. */
  server: string;
  log: Log;
  work: Work;
  /** Of the site as it was loaded last. */
  version(): string;
  /** Every answer is the last one of its connection. */
  ending(): boolean;
}

/** HTTP in front of the workers. Every answer says who made it and how long each share of it took. */
export const createAppServer = ({ server: name, log, work, version, ending }: Context): Server => {
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const gone = new AbortController();
    outgoing.on('close', () => gone.abort());
    const done = await work(incoming, gone.signal);
    if (!done) {
      outgoing.destroy();
      return;
    }
    const { text, details, trace, headers } = report(requestLine(incoming), name, done);
    // Before the answer: whoever has the answer can look up what it cost.
    log.trace(trace);
    log.write(text, details);
    const last = ending() ? { Connection: 'close' } : {};
    send(outgoing, done.response, { 'X-Version': done.version || version(), ...headers, ...last });
  };

  const server = createServer(
    {
      maxHeaderSize: 16 * 1024,
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      // The web server keeps its connections to this one; it must be the one that closes them.
      keepAliveTimeout: 75_000,
      // Refused in our own words, see `work`.
      requireHostHeader: false,
    },
    (incoming, outgoing) => {
      answer(incoming, outgoing).catch(error => {
        log.write(`${requestLine(incoming)}: ${reason(error)}`);
        outgoing.destroy();
      });
    },
  );
  server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
    refuse(error, socket as Socket, { 'X-Served-By': `app@${name}`, 'X-Version': version() }),
  );
  return server;
};

const requestLine = ({ method, url }: IncomingMessage): string => `${method} ${url?.slice(0, 200)}`;

const send = (outgoing: ServerResponse, response: SiteResponse, own: Record<string, string>): void => {
  const body = Buffer.from(String(response.body ?? ''));
  outgoing.writeHead(response.status, { ...response.headers, 'Content-Length': body.length, ...own });
  outgoing.end(body);
};

/** What Node's parser does not take as a request. */
const refuse = (error: NodeJS.ErrnoException, socket: Socket, own: Record<string, string>): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request';
  const headers = Object.entries({ Connection: 'close', 'Content-Length': '0', ...own });
  socket.end(`HTTP/1.1 ${status}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
};
