import { createSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import type { Endpoint } from '../address-book.ts';

/** Joins a connection that was made inside to the part that it means; ends and resets pass through. */
export const relay = (inside: Socket, here: Endpoint | undefined): void => {
  // Somebody has closed the door behind the visitor.
  if (!here) return void inside.on('error', () => {}).resetAndDestroy();
  const outside = connect({ ...here, allowHalfOpen: true, noDelay: true });
  inside.allowHalfOpen = true;
  inside.setNoDelay(true);
  for (const [from, to] of [
    [inside, outside],
    [outside, inside],
  ] as const) {
    from.on('error', () => to.resetAndDestroy());
    from.on('close', () => to.destroySoon());
    from.pipe(to);
  }
};

/** Longer than any client waits for an answer to one question. */
const answerDeadlineMs = 30_000;

/** Sends one datagram on, and gives the one that comes back to `answer`. */
export const relayDatagram = (data: Uint8Array, here: Endpoint, answer: (data: Uint8Array) => void): void => {
  const socket = createSocket('udp4');
  const close = (): void => {
    clearTimeout(deadline);
    socket.close();
  };
  const deadline = setTimeout(close, answerDeadlineMs);
  deadline.unref();
  socket.unref();
  socket.once('message', reply => {
    answer(reply);
    close();
  });
  socket.once('error', close);
  // Connected, so that a part that is gone is an error and no silence.
  socket.connect(here.port, here.host, () => socket.send(data, () => {}));
};
