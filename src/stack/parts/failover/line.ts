import { connect, type Socket } from 'node:net';
import type { Endpoint } from '../../address-book.ts';

/** A connection that is held: the kernel tells at once when the process at its other end dies. */
export interface Line {
  send(text: string): void;
  /** Tries again, when there is none. */
  redial(): void;
  close(): void;
}

export interface LineEvents {
  opened?(): void;
  heard(text: string): void;
  /** It broke, and could not be made again. `refused`: nobody listens there. */
  lost(why: string, refused: boolean): void;
}

/** While a process dies, its port may still accept for a moment: so often a broken connection is made again at once. */
const quickRedials = 3;

/** One that breaks is made again at once, which tells a restart from an end. */
export const holdLine = ({ host, port }: Endpoint, { opened, heard, lost }: LineEvents): Line => {
  let socket: Socket | undefined;
  let closed = false;
  let redialsLeft = 0;

  const dial = (): void => {
    let refused = false;
    let why = 'the connection was closed';
    const dialled = connect({ host, port }).setNoDelay(true);
    socket = dialled;
    dialled.setEncoding('utf8');
    dialled.on('connect', () => opened?.());
    dialled.on('data', (text: string) => {
      redialsLeft = quickRedials;
      heard(text);
    });
    dialled.on('error', (error: NodeJS.ErrnoException) => {
      refused = error.code === 'ECONNREFUSED';
      why = refused ? 'the connection is refused' : error.message;
    });
    dialled.on('close', () => {
      if (socket === dialled) socket = undefined;
      if (closed) return;
      if (!refused && redialsLeft-- > 0) dial();
      else lost(why, refused);
    });
  };

  dial();
  return {
    send: text => {
      // Who has not read what was sent before, because it is paused, does not need more of it.
      if (socket && !socket.pending && !socket.writableNeedDrain) socket.write(text);
    },
    redial: () => {
      if (!socket && !closed) dial();
    },
    close: () => {
      closed = true;
      socket?.destroy();
    },
  };
};
