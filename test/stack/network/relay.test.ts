import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { relay, relayDatagram } from '../../../src/stack/network/relay.ts';
import { freePorts } from '../../../src/stack/ports.ts';

const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

const listen = async (visit: (socket: Socket) => void): Promise<{ host: string; port: number }> => {
  const server = createServer({ allowHalfOpen: true }, socket => {
    sockets.push(socket);
    visit(socket);
  });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
};

/** A client whose connection is relayed to a part that does what it is told to. */
const client = async (part: (socket: Socket) => void): Promise<Socket> => {
  const here = await listen(part);
  const door = await listen(visitor => relay(visitor, here));
  const socket = connect({ ...door, allowHalfOpen: true });
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
};

const failure = async (socket: Socket): Promise<string | undefined> => {
  const [error] = await once(socket, 'error').catch(caught => [caught]);
  return (error as NodeJS.ErrnoException).code;
};

describe('a relayed connection', () => {
  it('passes the end of one direction through, and the other goes on', async () => {
    const socket = await client(async part => {
      const said = await text(part);
      part.end(`heard ${said}`);
    });
    socket.end('all there is');
    expect(await text(socket)).toBe('heard all there is');
  });

  it('is reset where the part resets it', async () => {
    const socket = await client(part => part.once('data', () => part.resetAndDestroy()));
    socket.on('data', () => {});
    socket.write('x');
    expect(await failure(socket)).toBe('ECONNRESET');
  });

  it('is reset for the part where the client resets it', async () => {
    const met = Promise.withResolvers<Socket>();
    const socket = await client(met.resolve);
    const part = await met.promise;
    part.on('data', () => {});
    socket.resetAndDestroy();
    expect(await failure(part)).toBe('ECONNRESET');
  });

  it('is reset, and not merely over, where nobody listens any more', async () => {
    const [port = 0] = await freePorts(1);
    for (const here of [{ host: '127.0.0.1', port }, undefined]) {
      const door = await listen(visitor => relay(visitor, here));
      const socket = connect(door);
      sockets.push(socket);
      socket.on('data', () => {});
      expect(await failure(socket)).toBe('ECONNRESET');
    }
  });

  it('carries more than any buffer holds', async () => {
    const much = 'x'.repeat(8 << 20);
    const socket = await client(part => part.end(much));
    expect((await text(socket)).length).toBe(much.length);
  });
});

it('relays a datagram and the answer to it', async () => {
  const part = createSocket('udp4', (data, from) => part.send(`heard ${data}`, from.port, from.address));
  await new Promise<void>(resolve => part.bind(0, '127.0.0.1', resolve));
  const here = { host: '127.0.0.1', port: part.address().port };
  const answer = await new Promise<Uint8Array>(resolve => relayDatagram(Buffer.from('x'), here, resolve));
  expect(String(answer)).toBe('heard x');
  part.close();
});
