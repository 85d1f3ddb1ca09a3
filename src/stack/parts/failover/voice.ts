import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Endpoint } from '../../address-book.ts';

/** Says a line to everybody who has connected, and the last one to everybody who connects. */
export interface Voice {
  say(line: object): void;
  close(): void;
}

export const openVoice = async (listen: Endpoint, first: object): Promise<Voice> => {
  const listeners = new Set<Socket>();
  let last = `${JSON.stringify(first)}\n`;
  const server = createServer(socket => {
    socket.setNoDelay(true);
    listeners.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => listeners.delete(socket));
    socket.resume();
    socket.write(last);
  });
  await once(server.listen(listen), 'listening');
  return {
    say: line => {
      last = `${JSON.stringify(line)}\n`;
      // Who does not listen, because it is paused, gets nothing more.
      for (const socket of listeners) if (!socket.writableNeedDrain) socket.write(last);
    },
    close: () => {
      server.close();
      for (const socket of listeners) socket.destroy();
    },
  };
};
