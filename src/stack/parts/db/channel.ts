/** A client's socket as packets: neither side gets more than the other takes. */

import type { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MysqlError } from './errors.ts';
import { createFramer, type Packet } from './framer.ts';

export interface Channel {
  readonly closed: boolean;
  /** Payloads of this length and more are refused from now on. */
  limit: number;
  /** The next packet, or nothing when the client is gone. Throws 1153 and 1835 for what is none. */
  receive(): Promise<Packet | undefined>;
  /** Resolves when the client has room for more. */
  send(bytes: Buffer): Promise<void>;
  /** The last words, if any: nothing is read or sent any more. */
  end(bytes?: Buffer): void;
}

/** Packets that may wait for their turn before no more are read. */
const mostWaiting = 64;
/** As MySQL's net_write_timeout: a client that takes nothing for so long is given up. */
const writeMs = 60_000;
const lingerMs = 1000;
/** How long one client's packets are worked on before the others have their turn. */
const turnMs = 20;

/** Ends the connection in any case: a client that does not close its side keeps no socket open. */
export const endSocket = (socket: Socket, bytes?: Buffer): void => {
  socket.removeAllListeners('data');
  // What arrives now is read and forgotten, because unread bytes would cost the client our last words.
  socket.resume();
  if (bytes) socket.end(bytes);
  else socket.end();
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
};

export const createChannel = (socket: Socket, options: { limit: number; onClose: () => void }): Channel => {
  const framer = createFramer();
  let waiting: Packet[] = [];
  let broken: MysqlError | undefined;
  let closed = false;
  let turnBegan = 0;
  let wake = () => {};

  const close = () => {
    if (closed) return;
    closed = true;
    waiting = [];
    wake();
    options.onClose();
  };

  const channel: Channel = {
    get closed() {
      return closed;
    },
    limit: options.limit,
    receive: async () => {
      if (waiting.length > 0 && performance.now() - turnBegan > turnMs) {
        await nextTurn();
        turnBegan = performance.now();
      }
      if (waiting.length === 0) {
        if (socket.isPaused()) socket.resume();
        while (waiting.length === 0 && !broken && !closed)
          await new Promise<void>(resolve => {
            wake = resolve;
          });
        turnBegan = performance.now();
      }
      if (broken && waiting.length === 0) throw broken;
      return waiting.shift();
    },
    send: async bytes => {
      if (closed || socket.write(bytes)) return;
      await new Promise<void>(resolve => {
        const timer = setTimeout(() => socket.destroy(), writeMs);
        const done = () => {
          clearTimeout(timer);
          socket.off('drain', done);
          socket.off('close', done);
          resolve();
        };
        socket.on('drain', done);
        socket.on('close', done);
      });
    },
    end: bytes => {
      if (!closed) endSocket(socket, bytes);
      close();
    },
  };

  socket.setNoDelay(true);
  socket.on('error', close);
  socket.on('close', close);
  socket.on('data', chunk => {
    try {
      for (const packet of framer.feed(chunk, channel.limit)) waiting.push(packet);
    } catch (error) {
      socket.pause();
      broken = error instanceof MysqlError ? error : new MysqlError(1835, 'Malformed communication packet.');
    }
    if (waiting.length > mostWaiting) socket.pause();
    wake();
  });
  return channel;
};
