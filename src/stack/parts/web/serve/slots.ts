import type { Socket } from 'node:net';
import type { Config } from '../conf/model.ts';

/**
 * The connections of this process, to clients and to upstreams together: nginx counts both against
 * `worker_connections`, and its listening sockets and the channel to its master as well.
 */
const taken = new Set<Socket>();
/** Clients that have no request under way, the one that has waited longest first. */
const idle = new Set<Socket>();
let limit = Number.POSITIVE_INFINITY;

export const limitSlots = ({ workers, servers }: Config): void => {
  const listens = new Set(servers.flatMap(server => server.listens.map(one => `${one.host}:${one.port}`)));
  limit = workers.processes * Math.max(1, workers.connections - listens.size - 1);
};

/** Whether the connection may stay; to make room, nginx closes a client that has nothing under way. */
export const takeSlot = (socket: Socket): boolean => {
  if (taken.size >= limit) {
    const [oldest] = idle;
    if (oldest) {
      leaveSlot(oldest);
      oldest.destroy();
    }
  }
  if (taken.size >= limit) return false;
  taken.add(socket);
  return true;
};

export const leaveSlot = (socket: Socket): void => {
  taken.delete(socket);
  idle.delete(socket);
};

export const rest = (socket: Socket): void => {
  if (taken.has(socket)) idle.add(socket);
};

export const work = (socket: Socket): void => {
  idle.delete(socket);
};

export const notEnough = ({ workers }: Config): string =>
  `${workers.connections} worker_connections are not enough`;
