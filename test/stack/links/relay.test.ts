import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import type { Endpoint } from '../../../src/stack/address-book.ts';
import { knock } from '../../../src/stack/links/knock.ts';
import { openRelay, type Relay } from '../../../src/stack/links/relay.ts';
import { until } from '../../until.ts';
import { type Listening, nobody, tcpServer } from '../browser/lab.ts';

const addedMs = 80;
const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of cleanup.splice(0).reverse()) await close();
});

const server = async (onConnection: (socket: Socket) => void): Promise<Listening> => {
  const found = await tcpServer(onConnection);
  cleanup.push(() => found.close());
  return found;
};
const echo = (): Promise<Listening> => server(socket => void socket.pipe(socket));
const relayTo = async (to: Endpoint, ms = addedMs): Promise<Relay> => {
  const relay = await openRelay(to, ms);
  cleanup.push(() => relay.close());
  return relay;
};
const dial = async ({ host, port }: Endpoint): Promise<Socket> => {
  const socket = connect({ host, port, noDelay: true, allowHalfOpen: true });
  socket.on('error', () => {});
  cleanup.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
};
const took = async (deed: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await deed();
  return performance.now() - start;
};
const roundTrip = (socket: Socket): Promise<number> =>
  took(async () => {
    socket.write('ping');
    await once(socket, 'data');
  });
const errorOf = async (socket: Socket): Promise<string | undefined> => {
  const [error] = (await once(socket.removeAllListeners('error'), 'error')) as [NodeJS.ErrnoException];
  return error.code;
};

it('makes each round trip longer by the delay', async () => {
  const { here } = await echo();
  const near = await dial(here);
  const far = await dial((await relayTo(here)).here);
  expect(await knock(far, 10_000)).toBe('open');
  const times = async (socket: Socket): Promise<number> =>
    (await roundTrip(socket)) + (await roundTrip(socket)) + (await roundTrip(socket));
  const [without, delayed] = [await times(near), await times(far)];
  // A round trip that is not delayed is a fraction of a millisecond, or what the machine takes for it just now.
  expect(delayed).toBeGreaterThanOrEqual(3 * addedMs);
  expect(delayed - without).toBeGreaterThan(2 * addedMs);
});

describe('opening a connection takes a round trip', () => {
  it('for a client that knocks: it hears when the connection stands', async () => {
    let heard = '';
    const { here } = await server(socket => {
      socket.on('data', piece => {
        heard += piece;
        socket.write('answer');
      });
    });
    const relay = await relayTo(here);
    const start = performance.now();
    const socket = await dial(relay.here);
    expect(await knock(socket, 10_000)).toBe('open');
    // A timer of Node may be a fraction of a millisecond early.
    expect(performance.now() - start).toBeGreaterThanOrEqual(addedMs - 1);
    // And is a connection like any other from then on.
    expect(await roundTrip(socket)).toBeGreaterThanOrEqual(addedMs);
    expect(heard).toBe('ping');
  });

  it('for one that does not know: its first question gets there later', async () => {
    const came: number[] = [];
    const { here } = await server(socket => {
      socket.on('data', () => came.push(performance.now()));
      socket.pipe(socket);
    });
    const relay = await relayTo(here);
    const start = performance.now();
    const socket = await dial(relay.here);
    await roundTrip(socket);
    expect(performance.now() - start).toBeGreaterThanOrEqual(2 * addedMs);
    expect((came[0] ?? 0) - start).toBeGreaterThanOrEqual(1.5 * addedMs);
    expect(await roundTrip(socket)).toBeGreaterThanOrEqual(addedMs);
  });

  it('for a server that speaks first', async () => {
    const { here } = await server(socket => void socket.write('welcome'));
    const relay = await relayTo(here);
    const greeted = await took(async () => once(await dial(relay.here), 'data'));
    expect(greeted).toBeGreaterThanOrEqual(2 * addedMs);
  });
});

describe('where nobody listens', () => {
  it('a client that knocks is refused, a round trip later', async () => {
    const relay = await relayTo(await nobody());
    const start = performance.now();
    expect(await knock(await dial(relay.here), 10_000)).toBe('refused');
    expect(performance.now() - start).toBeGreaterThanOrEqual(addedMs - 1);
  });

  it('any other client is reset', async () => {
    const socket = await dial((await relayTo(await nobody())).here);
    socket.write('GET / HTTP/1.1\r\n\r\n');
    expect(await errorOf(socket)).toBe('ECONNRESET');
  });
});

it('a knock that nobody answers is given up', async () => {
  const { here } = await server(socket => void socket.resume());
  expect(await knock(await dial(here), 30)).toBe('timeout');
});

it('hands every byte on, in order, in both directions at the same time', async () => {
  const { here } = await echo();
  const socket = await dial((await relayTo(here, 10)).here);
  const bytes = randomBytes(20 << 20);
  socket.end(bytes);
  expect((await buffer(socket)).equals(bytes)).toBe(true);
});

it('lets one side end while the other still speaks', async () => {
  const { here } = await server(socket => {
    socket.allowHalfOpen = true;
    void buffer(socket).then(all => socket.end(`you said ${all}`));
  });
  const socket = await dial((await relayTo(here)).here);
  socket.end('all');
  expect((await buffer(socket)).toString()).toBe('you said all');
});

it('passes resets on, both ways', async () => {
  let onServer: Socket | undefined;
  const { here } = await server(socket => {
    onServer = socket;
    socket.resume();
  });
  const relay = await relayTo(here, 10);
  const first = await dial(relay.here);
  expect(await knock(first, 10_000)).toBe('open');
  onServer?.resetAndDestroy();
  expect(await errorOf(first)).toBe('ECONNRESET');

  onServer = undefined;
  const second = await dial(relay.here);
  expect(await knock(second, 10_000)).toBe('open');
  await until(() => onServer !== undefined);
  const gone = errorOf(onServer as unknown as Socket);
  second.resetAndDestroy();
  expect(await gone).toBe('ECONNRESET');
});

it('leaves nothing open when a client is gone', async () => {
  const listening = await echo();
  const relay = await relayTo(listening.here, 10);
  const socket = await dial(relay.here);
  await roundTrip(socket);
  expect(listening.open).toBe(1);
  socket.destroy();
  await until(() => listening.open === 0);
});

it('can be made shorter while connections stand', async () => {
  const { here } = await echo();
  const relay = await relayTo(here);
  const socket = await dial(relay.here);
  await roundTrip(socket);
  relay.delay(0);
  await until(async () => (await roundTrip(socket)) < addedMs);
});
