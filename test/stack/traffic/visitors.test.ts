import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { Endpoint } from '../../../src/stack/address-book.ts';
import { openRelay } from '../../../src/stack/links/relay.ts';
import type { Outcome } from '../../../src/stack/traffic/outcome.ts';
import type { Surroundings } from '../../../src/stack/traffic/protocol.ts';
import { createVisitors, type Visit } from '../../../src/stack/traffic/visitors.ts';
import { httpServer, type Listening, nobody, tcpServer } from '../browser/lab.ts';
import { startTrafficLab, type TrafficLab } from './lab.ts';

const closing: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of closing.splice(0).reverse()) await each.close();
});
const opened = async <Opened extends { close(): Promise<unknown> }>(
  coming: Promise<Opened>,
): Promise<Opened> => {
  const found = await coming;
  closing.push(found);
  return found;
};
const lab = (web: Listening | { here: Listening['here'] }, ...lines: string[]): Promise<TrafficLab> =>
  opened(startTrafficLab(web.here, ...lines));

const nameServer = (here: Endpoint) => ({ story: { host: '192.0.2.53', port: 53 }, here });

const patience = { dnsTryMs: 5000, dnsTries: 2, connectMs: 5000, answerMs: 5000 };
const visitors = (
  surroundings: Surroundings,
  kind: 'fresh' | 'returning' = 'fresh',
  given: Partial<typeof patience> = {},
): Visit =>
  createVisitors({ ratePerS: 1, path: '/guestbook?page=2', visitors: kind }, () => surroundings, {
    ...patience,
    ...given,
  });

describe('a visitor', () => {
  it('comes as a new browser each time: a connection of its own, no cookie, the site by its name', async () => {
    const asked: unknown[] = [];
    const web = await opened(
      httpServer((request, response) => {
        const { host, cookie, connection } = request.headers;
        asked.push([request.method, request.url, host, cookie, connection]);
        response.setHeader('Set-Cookie', 'session=1').end('hello');
      }),
    );
    const visit = visitors((await lab(web)).surroundings);
    for (let time = 0; time < 3; time++) expect(await visit()).toEqual({ status: 200, from: 'web' });
    expect(asked).toEqual(Array(3).fill(['GET', '/guestbook?page=2', 'www.foobar.com', undefined, 'close']));
    expect(web.connections).toBe(3);
  });

  it('says who answered', async () => {
    const web = await opened(
      httpServer((_, response) => {
        response.writeHead(503, { 'X-Served-By': 'app@server-1' }).end();
      }),
    );
    expect(await visitors((await lab(web)).surroundings)()).toEqual({ status: 503, from: 'app' });
    const plain = await opened(httpServer((_, response) => void response.writeHead(502).end()));
    const { with: around } = await lab(web);
    expect(await visitors(around(plain.here, 'balancer'))()).toEqual({ status: 502, from: 'balancer' });
  });

  const failures: [Outcome, () => Promise<Outcome>][] = [
    [{ failure: 'refused' }, async () => visitors((await lab({ here: await nobody() })).surroundings)()],
    [
      { failure: 'reset' },
      async () => {
        const web = await opened(
          tcpServer(socket => void socket.once('data', () => socket.resetAndDestroy())),
        );
        return visitors((await lab(web)).surroundings)();
      },
    ],
    [
      { failure: 'reset' },
      async () => {
        const web = await opened(
          httpServer((_, response) => {
            response.writeHead(200, { 'Content-Length': 100 });
            response.write('half', () => response.destroy());
          }),
        );
        return visitors((await lab(web)).surroundings)();
      },
    ],
    [
      { failure: 'timeout' },
      async () => {
        const web = await opened(tcpServer(socket => void socket.resume()));
        return visitors((await lab(web)).surroundings, 'fresh', { answerMs: 50 })();
      },
    ],
    [
      { failure: 'nxdomain' },
      async () => visitors((await lab({ here: await nobody() }, 'mail A 8.8.8.8')).surroundings)(),
    ],
    [
      { failure: 'nodata' },
      async () => visitors((await lab({ here: await nobody() }, 'www TXT hello')).surroundings)(),
    ],
    [
      { failure: 'dns-unreachable' },
      async () => {
        const { surroundings } = await lab({ here: await nobody() });
        return visitors({ ...surroundings, resolvers: [nameServer(await nobody())] })();
      },
    ],
    [
      { failure: 'dns-unreachable' },
      async () => {
        const silent = createSocket('udp4').bind(0, '127.0.0.1');
        await once(silent, 'listening');
        closing.push({ close: async () => silent.close() });
        const { surroundings } = await lab({ here: await nobody() });
        const here = { host: '127.0.0.1', port: silent.address().port };
        return visitors({ ...surroundings, resolvers: [nameServer(here)] }, 'fresh', { dnsTryMs: 20 })();
      },
    ],
    // Machines that are not in the lab: nothing is sent to them.
    [
      { failure: 'timeout' },
      async () => visitors((await lab({ here: await nobody() }, 'www A 9.9.9.9')).surroundings)(),
    ],
    [
      { failure: 'refused' },
      async () => visitors((await lab({ here: await nobody() }, 'www A 127.0.0.1')).surroundings)(),
    ],
  ];
  it.each(failures)('%j', async (expected, visit) => {
    expect(await visit()).toEqual(expected);
  });

  it('tries the addresses in turn until one accepts', async () => {
    const web = await opened(httpServer((_, response) => void response.end()));
    const { surroundings } = await lab(web, 'www A 127.0.0.1', 'www A 8.8.8.8');
    const visit = visitors(surroundings);
    for (let time = 0; time < 4; time++) expect(await visit()).toEqual({ status: 200, from: 'web' });
  });
});

describe('with two name servers', () => {
  const site = () => opened(httpServer((_, response) => void response.end()));

  it('a fresh visitor finds the site by the second one at once when the first one refuses', async () => {
    const { surroundings } = await lab(await site());
    const resolvers = [nameServer(await nobody()), ...surroundings.resolvers];
    // Whoever waited for a try would be late for this test.
    const visit = visitors({ ...surroundings, resolvers }, 'fresh', { dnsTryMs: 600_000 });
    for (let time = 0; time < 5; time++) expect(await visit()).toEqual({ status: 200, from: 'web' });
  });

  it('and after one try when the first one is silent', async () => {
    const silent = createSocket('udp4').bind(0, '127.0.0.1');
    await once(silent, 'listening');
    closing.push({ close: async () => silent.close() });
    const { surroundings } = await lab(await site());
    const here = { host: '127.0.0.1', port: silent.address().port };
    const resolvers = [nameServer(here), ...surroundings.resolvers];
    const visit = visitors({ ...surroundings, resolvers }, 'fresh', { dnsTryMs: 50, dnsTries: 200 });
    expect(await visit()).toEqual({ status: 200, from: 'web' });
  });
});

describe('a site that is far away', () => {
  const addedMs = 40;
  const farFrom = async (to: Endpoint): Promise<Surroundings> => {
    const relay = await openRelay(to, addedMs);
    closing.push({ close: async () => relay.close() });
    const { surroundings } = await lab({ here: relay.here });
    return { ...surroundings, doors: surroundings.doors.map(door => ({ ...door, addedMs })) };
  };

  it('takes a visitor two round trips, and one that comes back by the same connection one', async () => {
    const web = await opened(httpServer((_, response) => void response.end()));
    const visit = visitors(await farFrom(web.here), 'returning');
    const took = async (): Promise<number> => {
      const start = performance.now();
      expect(await visit()).toEqual({ status: 200, from: 'web' });
      return performance.now() - start;
    };
    expect(await took()).toBeGreaterThanOrEqual(2 * addedMs);
    expect(await took()).toBeGreaterThanOrEqual(addedMs);
    expect(web.connections).toBe(1);
  });

  it('refuses where nobody listens', async () => {
    expect(await visitors(await farFrom(await nobody()))()).toEqual({ failure: 'refused' });
  });
});

describe('a returning visitor', () => {
  it('keeps the name', async () => {
    const web = await opened(
      httpServer((_, response) => void response.setHeader('Connection', 'close').end()),
    );
    let { surroundings } = await lab(web);
    const visit = createVisitors(
      { ratePerS: 1, path: '/', visitors: 'returning' },
      () => surroundings,
      patience,
    );
    expect(await visit()).toEqual({ status: 200, from: 'web' });
    surroundings = { ...surroundings, resolvers: [nameServer(await nobody())] };
    expect(await visit()).toEqual({ status: 200, from: 'web' });
    expect(web.connections).toBe(2);
  });

  it('keeps the connection', async () => {
    const web = await opened(httpServer((_, response) => void response.end()));
    let { surroundings } = await lab(web);
    const visit = createVisitors(
      { ratePerS: 1, path: '/', visitors: 'returning' },
      () => surroundings,
      patience,
    );
    expect(await visit()).toEqual({ status: 200, from: 'web' });
    surroundings = { doors: [], resolvers: [nameServer(await nobody())] };
    for (let time = 0; time < 5; time++) expect(await visit()).toEqual({ status: 200, from: 'web' });
    expect(web.connections).toBe(1);
  });

  it('asks again on a new connection when the kept one is closed before an answer', async () => {
    let asked = 0;
    const web = await opened(
      httpServer((request, response) => {
        asked++;
        if (asked === 2) request.socket.destroy();
        else response.end();
      }),
    );
    const visit = visitors((await lab(web)).surroundings, 'returning');
    await visit();
    expect(await visit()).toEqual({ status: 200, from: 'web' });
    expect([asked, web.connections]).toEqual([3, 2]);
  });

  it('asks again on a new connection although others are kept', async () => {
    const asked = new Map<unknown, number>();
    const together = Promise.withResolvers<void>();
    const web = await opened(
      httpServer(async ({ socket }, response) => {
        asked.set(socket, (asked.get(socket) ?? 0) + 1);
        if (asked.get(socket) === 2) return void socket.destroy();
        if (asked.size === 2) together.resolve();
        await together.promise;
        response.end();
      }),
    );
    const visit = visitors((await lab(web)).surroundings, 'returning');
    await Promise.all([visit(), visit()]);
    expect(await visit()).toEqual({ status: 200, from: 'web' });
    expect([...asked.values()].toSorted()).toEqual([1, 1, 2]);
  });

  it('asks again only once', async () => {
    let asked = 0;
    const web = await opened(
      httpServer((request, response) => {
        asked++;
        if (asked > 1) request.socket.destroy();
        else response.end();
      }),
    );
    const visit = visitors((await lab(web)).surroundings, 'returning');
    await visit();
    expect(await visit()).toEqual({ failure: 'reset' });
    expect(asked).toBe(3);
  });

  it('does not ask again on a connection that was new', async () => {
    let asked = 0;
    const web = await opened(
      httpServer(request => {
        asked++;
        request.socket.destroy();
      }),
    );
    expect(await visitors((await lab(web)).surroundings, 'returning')()).toEqual({ failure: 'reset' });
    expect(asked).toBe(1);
  });
});
