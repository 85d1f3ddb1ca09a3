import { createServer, type Server as HttpServer } from 'node:http';
import type { Socket, Server as TcpServer } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { Config, Listen, Server } from '../conf/model.ts';
import { chooseServer } from './choose.ts';
import { httpTime } from './clock.ts';
import { createHandler, type Handler } from './handler.ts';
import { flushLogs, logError, reopenLogs } from './logs.ts';
import { errorPage, reasonOf, serverHeader } from './reply.ts';
import { leaveSlot, limitSlots, notEnough, rest, takeSlot } from './slots.ts';
import { systemError } from './system-error.ts';
import { createTlsListener } from './tls.ts';
import { clientOf } from './variables.ts';

/** As nginx's four buffers of 8k for the headers of a request. */
const maxHeaderSize = 32 * 1024;

interface Port {
  http: HttpServer;
  /** What really listens: where TLS is spoken, not the HTTP server. */
  listener: TcpServer;
  ssl: boolean;
  /** Of the configuration that is in force, as that which follows; a request keeps the one that it began with. */
  handler: Handler;
  choose(name: string): SecureContext | undefined;
}

/** Everything that is said of one address. */
interface Group {
  listen: Listen;
  handler: Handler;
  first: Server;
  /** The certificate for a name. */
  choose(name: string): SecureContext | undefined;
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
  if (code?.startsWith('ERR_SSL_') || code === 'EPROTO') {
    logError(
      config.errorLog,
      'info',
      `SSL_do_handshake() failed (${code}) while SSL handshaking, client: ${clientOf(socket)}`,
    );
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

const handlers = (config: Config): Map<string, Group> => {
  const groups = new Map<string, { listen: Listen; servers: Server[]; marked: Server | undefined }>();
  for (const server of config.servers) {
    for (const listen of server.listens) {
      const group = groups.get(key(listen)) ?? { listen, servers: [], marked: undefined };
      group.servers.push(server);
      if (listen.isDefault) group.marked = server;
      // As in nginx 1.22, saying it in one of the servers is enough.
      if (listen.ssl) group.listen = listen;
      groups.set(key(listen), group);
    }
  }
  return new Map(
    [...groups].map(([address, { listen, servers, marked }]) => {
      const isDefault = (server: Server): boolean => server === marked;
      return [
        address,
        {
          listen,
          handler: createHandler(config, servers, isDefault, listen.ssl),
          first: marked ?? (servers[0] as Server),
          choose: name => chooseServer(servers, isDefault, name.toLowerCase()).secure,
        },
      ];
    }),
  );
};

export const createWebServer = (): WebServer => {
  const ports = new Map<string, Port>();
  let current: Config | undefined;

  const open = ({ listen: { host, port, ssl }, handler, choose }: Group): Promise<Port> =>
    new Promise((resolve, reject) => {
      const http = createServer({
        maxHeaderSize,
        requireHostHeader: false,
        requestTimeout: 0,
        connectionsCheckingInterval: 1000,
      });
      const opened: Port = { http, listener: http, ssl, handler, choose };
      const handle: Handler = (request, response) => opened.handler(request, response);
      // Answers itself when to say "go on", after it has seen whether the body is welcome.
      http.on('request', handle).on('checkContinue', handle).on('checkExpectation', handle);
      http.on('connect', (_, socket: Socket) => refuse(socket, 'CONNECT', current as Config));
      http.on('clientError', (problem: NodeJS.ErrnoException, socket) =>
        refuse(socket as Socket, problem.code, current as Config),
      );
      http.on('connection', socket => {
        if (takeSlot(socket)) {
          rest(socket);
          socket.once('close', () => leaveSlot(socket));
          return;
        }
        noRoom(socket);
      });
      if (ssl)
        opened.listener = createTlsListener({ http, choose: name => opened.choose(name), refuse: noRoom });
      opened.listener.once('error', error =>
        reject(new Error(`[emerg] bind() to ${host}:${port} failed (${systemError(error)})`)),
      );
      opened.listener.listen(port, host, () => resolve(opened));
    });

  const noRoom = (socket: Socket): void => {
    if (current) logError(current.errorLog, 'alert', notEnough(current));
    socket.destroy();
  };

  /** Lets nobody in any more; what is under way goes on. */
  const shut = ({ http, listener }: Port): void => {
    listener.close();
    // Also for one that only handled what the listener let in.
    http.close();
    http.closeIdleConnections();
  };

  const tune = ({ http }: Port, { target: { settings } }: Server): void => {
    http.keepAliveTimeout = settings.keepalive_timeout;
    http.headersTimeout = settings.client_header_timeout;
  };

  return {
    config: () => current as Config,
    async apply(config) {
      const wanted = handlers(config);
      const fresh = new Map<string, Port>();
      try {
        const changed = [...wanted].filter(([at, { listen }]) => ports.get(at)?.ssl !== listen.ssl);
        // Those at which nobody listens first: that one cannot be opened shall be known while the old ones stay.
        for (const [address, group] of changed.toSorted(([a], [b]) => +ports.has(a) - +ports.has(b))) {
          const port = ports.get(address);
          // The same address, spoken to in another way.
          if (port) shut(port);
          ports.delete(address);
          fresh.set(address, await open(group));
        }
      } catch (problem) {
        for (const port of fresh.values()) shut(port);
        throw problem;
      }
      current = config;
      limitSlots(config);
      for (const [address, port] of fresh) ports.set(address, port);
      for (const [address, port] of ports) {
        const group = wanted.get(address);
        if (group) {
          port.handler = group.handler;
          port.choose = group.choose;
          tune(port, group.first);
        } else {
          ports.delete(address);
          shut(port);
        }
      }
      reopenLogs();
    },
    close() {
      for (const { listener } of ports.values()) listener.close();
      flushLogs();
    },
  };
};
