import { createServer, type Server as HttpServer } from 'node:http';
import type { Socket } from 'node:net';
import type { Config, Listen, Server } from '../conf/model.ts';
import { httpTime } from './clock.ts';
import { createHandler, type Handler } from './handler.ts';
import { flushLogs, logError, reopenLogs } from './logs.ts';
import { errorPage, reasonOf, serverHeader } from './reply.ts';
import { systemError } from './system-error.ts';
import { clientOf } from './variables.ts';

/** As nginx's four buffers of 8k for the headers of a request. */
const maxHeaderSize = 32 * 1024;

interface Port {
  http: HttpServer;
  /** Of the configuration that is in force; a request keeps the one that it began with. */
  handler: Handler;
}

export interface WebServer {
  /** Takes over a new configuration; throws when it cannot listen where that says, and the old one stays. */
  apply(config: Config): Promise<void>;
  config(): Config;
  close(): void;
}

const key = ({ host, port }: Listen): string => `${host}:${port}`;

/** nginx names the fault only in its error log; the client gets a page and no more trust. */
const refuse = (socket: Socket, code: string | undefined, config: Config): void => {
  if (!socket.writable || code === 'ECONNRESET' || code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    socket.destroy();
    return;
  }
  const tooLarge = code === 'HPE_HEADER_OVERFLOW';
  logError(
    config.errorLog,
    'info',
    `client sent ${tooLarge ? 'too large' : 'invalid'} request (${code}), client: ${clientOf(socket)}`,
  );
  const body = errorPage(400, true, tooLarge ? 'Request Header Or Cookie Too Large' : '') ?? '';
  socket.end(
    `HTTP/1.1 400 ${reasonOf(400)}\r\nServer: ${serverHeader(true)}\r\nDate: ${httpTime()}\r\n` +
      `Content-Type: text/html\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
};

const handlers = (config: Config): Map<string, { listen: Listen; handler: Handler; first: Server }> => {
  const groups = new Map<string, { listen: Listen; servers: Server[]; marked: Server | undefined }>();
  for (const server of config.servers) {
    for (const listen of server.listens) {
      const group = groups.get(key(listen)) ?? { listen, servers: [], marked: undefined };
      group.servers.push(server);
      if (listen.isDefault) group.marked = server;
      groups.set(key(listen), group);
    }
  }
  return new Map(
    [...groups].map(([address, { listen, servers, marked }]) => [
      address,
      {
        listen,
        handler: createHandler(config, servers, server => server === marked),
        first: marked ?? (servers[0] as Server),
      },
    ]),
  );
};

export const createWebServer = (): WebServer => {
  const ports = new Map<string, Port>();
  let current: Config | undefined;

  const open = ({ host, port }: Listen, handler: Handler): Promise<Port> =>
    new Promise((resolve, reject) => {
      const http = createServer({
        maxHeaderSize,
        requireHostHeader: false,
        requestTimeout: 0,
        connectionsCheckingInterval: 1000,
      });
      const opened: Port = { http, handler };
      const handle: Handler = (request, response) => opened.handler(request, response);
      // Answers itself when to say "go on", after it has seen whether the body is welcome.
      http.on('request', handle).on('checkContinue', handle).on('checkExpectation', handle);
      http.on('connect', (_, socket: Socket) => refuse(socket, 'CONNECT', current as Config));
      http.on('clientError', (problem: NodeJS.ErrnoException, socket) =>
        refuse(socket as Socket, problem.code, current as Config),
      );
      http.on('drop', () => {
        if (current)
          logError(current.errorLog, 'alert', `${http.maxConnections} worker_connections are not enough`);
      });
      http.once('error', error =>
        reject(new Error(`[emerg] bind() to ${host}:${port} failed (${systemError(error)})`)),
      );
      http.listen(port, host, () => resolve(opened));
    });

  const tune = ({ http }: Port, config: Config, { target: { settings } }: Server): void => {
    http.maxConnections = config.connections;
    http.keepAliveTimeout = settings.keepalive_timeout;
    http.headersTimeout = settings.client_header_timeout;
  };

  return {
    config: () => current as Config,
    async apply(config) {
      const wanted = handlers(config);
      const fresh = new Map<string, Port>();
      try {
        for (const [address, { listen, handler }] of wanted) {
          if (!ports.has(address)) fresh.set(address, await open(listen, handler));
        }
      } catch (problem) {
        for (const { http } of fresh.values()) http.close();
        throw problem;
      }
      current = config;
      for (const [address, port] of fresh) ports.set(address, port);
      for (const [address, port] of ports) {
        const group = wanted.get(address);
        if (group) {
          port.handler = group.handler;
          tune(port, config, group.first);
        } else {
          ports.delete(address);
          port.http.close();
          port.http.closeIdleConnections();
        }
      }
      reopenLogs();
    },
    close() {
      for (const { http } of ports.values()) http.close();
      flushLogs();
    },
  };
};
