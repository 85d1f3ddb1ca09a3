import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** A connection, with a count of how often the browser had to wait for the other side. */
export interface Flights {
  stream: Duplex;
  /** Round trips so far: something was sent, and then an answer came. */
  roundTrips(): number;
}

/**
 * Node tells nothing about the flights of a TLS handshake, so they are counted where the bytes go by. One flight
 * may come in several pieces; what counts is the change of direction.
 */
export const countFlights = (socket: Socket): Flights => {
  let roundTrips = 0;
  let waiting = false;
  const stream = new Duplex({
    read: () => socket.resume(),
    write: (chunk, _, done) => {
      waiting = true;
      socket.write(chunk, error => done(error));
    },
    final: done => socket.end(done),
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  socket.on('data', chunk => {
    if (waiting) roundTrips++;
    waiting = false;
    if (!stream.push(chunk)) socket.pause();
  });
  socket.on('end', () => stream.push(null));
  socket.on('error', error => stream.destroy(error));
  socket.on('close', () => stream.destroy());
  return { stream, roundTrips: () => roundTrips };
};
