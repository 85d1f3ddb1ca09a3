import { createServer as createTcpServer, type Socket } from 'node:net';
import type { AuthPlugin } from './auth.ts';
import { endSocket } from './channel.ts';
import { serveConnection } from './connection.ts';
import { MysqlError } from './errors.ts';
import { PacketWriter } from './packets.ts';
import { writeError } from './resultset.ts';
import type { Server } from './server.ts';

const tooMany = (): Buffer => {
  const out = new PacketWriter(0);
  writeError(out, new MysqlError(1040, 'Too many connections'));
  return out.finish();
};

/** Resolves with the port when the server listens; rejects when it cannot. */
export const listen = (
  server: Server,
  options: { host: string; port: number; maxConnections: number; plugin: AuthPlugin },
): Promise<{ port: number; close(): Promise<void> }> => {
  const sockets = new Set<Socket>();
  const tcp = createTcpServer(socket => {
    if (sockets.size >= options.maxConnections) {
      socket.on('error', () => socket.destroy());
      endSocket(socket, tooMany());
      return;
    }
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serveConnection(server, socket, ++server.connections, options.plugin);
  });
  const close = () =>
    new Promise<void>(resolve => {
      tcp.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return new Promise((resolve, reject) => {
    tcp.once('error', reject);
    tcp.listen(options.port, options.host, () => {
      const address = tcp.address();
      resolve({ port: typeof address === 'object' && address ? address.port : options.port, close });
    });
  });
};
