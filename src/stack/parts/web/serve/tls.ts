import type { Server as HttpServer } from 'node:http';
import { createServer, type Socket, type Server as TcpServer } from 'node:net';
import type { SecureContext } from 'node:tls';
import { leaveSlot, takeSlot } from './slots.ts';

interface TlsPort {
  /** Its connections are those that come in here; it does not listen itself. */
  http: HttpServer;
  /** The certificate for the name that a client says it wants; empty where it says none. */
  choose(name: string): SecureContext | undefined;
  /** A connection for which there is no room. */
  refuse(socket: Socket): void;
}

/** The first byte of a TLS connection: a record of the kind "handshake" (RFC 8446, section 5.1). */
const handshake = 0x16;

/**
 * What listens on a port for TLS. As nginx does, it also takes those who speak plain HTTP: they shall be told that
 * it was wrong.
 */
export const createTlsListener = (port: TlsPort): TcpServer => {
  const { http } = port;
  // It watches over slow clients once it listens.
  http.emit('listening');
  return createServer({ allowHalfOpen: true, noDelay: true }, socket => {
    if (!takeSlot(socket)) return port.refuse(socket);
    firstByte(socket, http.headersTimeout, byte => {
      leaveSlot(socket);
      if (byte === undefined) socket.destroy();
      else http.emit('connection', byte === handshake ? encrypted(socket, port) : socket);
    });
  });
};

/** No byte comes any more. */
const endings = ['end', 'error', 'close'] as const;

/** Looks at the first byte without taking it away; calls back with nothing when none comes. */
const firstByte = (socket: Socket, patienceMs: number, found: (byte: number | undefined) => void): void => {
  const end = (byte?: number): void => {
    socket.off('readable', look).off('timeout', none).setTimeout(0);
    for (const event of endings) socket.off(event, none);
    found(byte);
  };
  const none = (): void => end();
  const look = (): void => {
    const chunk: Buffer | null = socket.read();
    if (chunk === null) return;
    socket.unshift(chunk);
    end(chunk[0]);
  };
  socket.on('readable', look).setTimeout(patienceMs, none);
  for (const event of endings) socket.on(event, none);
};

const encrypted = (socket: Socket, { choose }: TlsPort): Socket => {
  const { TLSSocket } = process.getBuiltinModule('node:tls');
  const secureContext = choose('');
  return new TLSSocket(socket, {
    isServer: true,
    ...(secureContext && { secureContext }),
    SNICallback: (name, done) => done(null, choose(name)),
    ALPNProtocols: ['http/1.1'],
  });
};
