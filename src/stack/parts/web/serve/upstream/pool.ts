import { connect, type Socket } from 'node:net';
import type { Peer, Upstream } from '../../conf/model.ts';
import { leaveSlot, takeSlot } from '../slots.ts';

/** Who uses a connection at the moment hears what happens on it. */
export interface User {
  connected(): void;
  /** The bytes are there for the time of this call only. */
  data(chunk: Buffer): void;
  /** More may be written. */
  drained(): void;
  /** The other side has closed it. */
  ended(): void;
  failed(problem: NodeJS.ErrnoException): void;
}

export interface Connection {
  socket: Socket;
  peer: Peer;
  user: User | undefined;
  /** Nothing is read from it for now. */
  paused: boolean;
  /** Requests that it has been used for. */
  requests: number;
  /** `performance.now()` */
  opened: number;
}

const arrivalSize = 64 * 1024;
let shared: Buffer | undefined;

/**
 * Where bytes arrive: one place for all connections, as each is done with them when the next gets some. Windows
 * writes into it before it says so.
 */
const arrivals = (): Buffer => {
  if (process.platform === 'win32') return Buffer.allocUnsafe(arrivalSize);
  shared ??= Buffer.allocUnsafeSlow(arrivalSize);
  return shared;
};

/**
 * Connections to the servers of one upstream. nginx opens one for every request, unless `keepalive` says how
 * many idle ones to keep.
 */
export interface Pool {
  /** An idle connection, or a new one, which is not connected yet; undefined when `worker_connections` are used up. */
  take(peer: Peer, user: User): Connection | undefined;
  /** After an answer that has been read to its end. */
  giveBack(connection: Connection, keep: boolean): void;
}

export const createPool = (upstream: Upstream): Pool => {
  const { keepalive, keepaliveRequests, keepaliveTimeout, keepaliveTime } = upstream;
  /** The one that was used last at the end. */
  const idle: Connection[] = [];

  const forget = (connection: Connection): void => {
    const at = idle.indexOf(connection);
    if (at >= 0) idle.splice(at, 1);
  };

  const drop = (connection: Connection): void => {
    connection.user = undefined;
    leaveSlot(connection.socket);
    connection.socket.destroy();
  };

  const open = (peer: Peer, user: User): Connection | undefined => {
    const { host, port, path } = peer;
    const onread = {
      buffer: arrivals(),
      callback(count: number, buffer: Uint8Array): boolean {
        // What comes while nobody has asked for anything can only be misunderstood.
        if (!connection.user) socket.destroy();
        else connection.user.data(Buffer.from(buffer.buffer, buffer.byteOffset, count));
        return !connection.paused;
      },
    };
    const socket = path === undefined ? connect({ host, port, onread }) : connect({ path, onread });
    if (!takeSlot(socket)) {
      socket.on('error', () => {});
      socket.destroy();
      return undefined;
    }
    const connection: Connection = {
      socket,
      peer,
      user,
      paused: false,
      requests: 1,
      opened: performance.now(),
    };
    socket.on('connect', () => connection.user?.connected());
    socket.on('drain', () => connection.user?.drained());
    socket.on('error', (problem: NodeJS.ErrnoException) => connection.user?.failed(problem));
    socket.on('end', () => connection.user?.ended());
    socket.on('close', () => {
      leaveSlot(socket);
      forget(connection);
      connection.user?.ended();
    });
    return connection;
  };

  return {
    take(peer, user) {
      const connection = idle.findLast(one => one.peer === peer);
      if (!connection) return open(peer, user);
      forget(connection);
      connection.user = user;
      connection.requests++;
      connection.socket.setTimeout(0);
      return connection;
    },
    giveBack(connection, keep) {
      connection.user = undefined;
      const { socket, requests, opened, paused } = connection;
      const tired = requests >= keepaliveRequests || performance.now() - opened >= keepaliveTime;
      if (!keep || keepalive === 0 || tired || paused || socket.destroyed || socket.readableEnded) {
        drop(connection);
        return;
      }
      if (requests === 1) socket.on('timeout', () => drop(connection));
      socket.setTimeout(keepaliveTimeout);
      idle.push(connection);
      if (idle.length > keepalive) drop(idle.shift() as Connection);
    },
  };
};
