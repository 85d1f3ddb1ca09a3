import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { countFlights, type Flights } from '../../../src/stack/browser/flights.ts';

/** Both ends of a connection: the browser's, counted, and the server's. */
let flights: Flights;
let browser: Socket;
let server: Socket;
const listener = createServer();

beforeEach(async () => {
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const accepted = once(listener, 'connection');
  browser = connect((listener.address() as AddressInfo).port, '127.0.0.1');
  [server] = (await accepted) as [Socket];
  server.setNoDelay(true).on('error', () => {});
  flights = countFlights(browser);
});
afterEach(async () => {
  browser.destroy();
  server.destroy();
  listener.close();
  await once(listener, 'close');
});

/** Sends, and resolves when it has arrived at the other end. */
const send = async (from: NodeJS.WritableStream, to: NodeJS.ReadableStream, text: string): Promise<void> => {
  const arrived = once(to, 'data');
  from.write(text);
  expect(String((await arrived)[0])).toBe(text);
};
const ask = (text: string) => send(flights.stream, server, text);
const answer = (text: string) => send(server, flights.stream, text);

it('counts an answer in several pieces once', async () => {
  expect(flights.roundTrips()).toBe(0);
  await ask('hello');
  expect(flights.roundTrips()).toBe(0);
  for (const piece of ['one', 'two', 'three']) await answer(piece);
  expect(flights.roundTrips()).toBe(1);
});

it('counts a question in several pieces once', async () => {
  await ask('one');
  await ask('two');
  await answer('well');
  await ask('three');
  await answer('good');
  expect(flights.roundTrips()).toBe(2);
});

it('does not count what comes without being asked for', async () => {
  await answer('welcome');
  expect(flights.roundTrips()).toBe(0);
});

it('carries much in both directions, and the end', async () => {
  const much = 'x'.repeat(1 << 20);
  let received = 0;
  server.on('data', chunk => {
    received += chunk.length;
    if (received === much.length) server.end(much);
  });
  flights.stream.write(much);
  let back = 0;
  for await (const chunk of flights.stream) back += (chunk as Buffer).length;
  expect([received, back]).toEqual([much.length, much.length]);
});

it('ends with the connection', async () => {
  const failed = once(flights.stream, 'error');
  flights.stream.resume();
  await ask('hello');
  server.resetAndDestroy();
  expect((await failed)[0]).toMatchObject({ code: 'ECONNRESET' });
  expect(flights.stream.destroyed).toBe(true);
});
