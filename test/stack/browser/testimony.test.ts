import { describe, expect, it } from 'vitest';
import { type Case, hear, makerOf, type Witness } from '../../../src/stack/browser/testimony.ts';
import type { AppHop, DbHop, ProxyName, WebHop } from '../../../src/stack/browser/trace.ts';

const web: WebHop = { part: 'web', server: 'server-1', status: 200, upstream: [], log: '', durationMs: 1 };
const passedOn: WebHop = {
  ...web,
  upstream: [{ address: '127.0.0.1:8000', status: 200, responseMs: 1, headerMs: 1 }],
};
const app: AppHop = {
  part: 'app',
  server: 'server-1',
  version: 'v1',
  status: 200,
  worker: 1,
  queueMs: 0,
  file: 'pages.ts',
  queries: 0,
  log: '',
  durationMs: 1,
};
const db: DbHop = { part: 'db', server: 'server-1', queries: [], durationMs: 1 };

/** Reports its hop when it is asked for the n-th time; counts how often it was asked. */
const witness = (hop: WebHop | AppHop | DbHop, nth = 1, server = 'server-1') => {
  const seen = { asked: 0 };
  const plan = { part: hop.part, server };
  const find = async () => (++seen.asked >= nth ? hop : undefined);
  return { ...seen, plan, evidence: { find }, seen } satisfies Witness & { seen: { asked: number } };
};

const about = (more: Partial<Case> = {}): Case => ({
  requestId: 'abc',
  front: { part: 'web', server: 'server-1' },
  appServer: undefined,
  entries: [],
  evidenceMs: 20_000,
  signal: undefined,
  ...more,
});

const never = Number.POSITIVE_INFINITY;

describe('waits for the parts that must have seen the request', () => {
  it('in the order of the request, however late they report', async () => {
    const queried = { ...app, queries: 2 };
    const witnesses = [witness(db, 3), witness(queried, 4), witness(passedOn, 5)];
    expect(await hear(witnesses, about({ appServer: 'server-1' }))).toEqual([passedOn, queried, db]);
  });

  it('and for no others', async () => {
    const [theApp, theDb] = [witness(app, never), witness(db, never)];
    expect(await hear([witness(web), theApp, theDb], about())).toEqual([web]);
    expect([theApp.seen.asked, theDb.seen.asked]).toEqual([0, 0]);
  });

  it('asks the app once when it was tried but did not sign the answer', async () => {
    const silent = witness(app, never);
    expect(await hear([witness(passedOn), silent], about())).toEqual([passedOn]);
    // A kept answer carries the signature of the application, which has not seen this request.
    const kept = { ...web, cache: 'HIT' };
    const patient = about({ appServer: 'server-1', evidenceMs: 3_600_000 });
    expect(await hear([witness(kept), silent], patient)).toEqual([kept]);
    expect(silent.seen.asked).toBe(1);
    expect(await hear([witness(passedOn), witness(app)], about())).toEqual([passedOn, app]);
  });

  it('does not ask the database when the app got no answer from it', async () => {
    const theDb = witness(db, never);
    expect(await hear([witness(web), witness(app), theDb], about({ appServer: 'server-1' }))).toEqual([
      web,
      app,
    ]);
    expect(theDb.seen.asked).toBe(0);
  });
});

describe('follows a request through several proxies', () => {
  const endpoint = (port: number) => ({ host: '127.0.0.1', port });
  const at = (part: ProxyName | 'app', server: string, port: number) => ({
    plan: {
      id: `${part}@${server}` as const,
      part,
      server,
      address: { host: server, port: 80 },
      open: false,
    },
    here: endpoint(port),
  });
  const entries = [
    at('balancer', 'balancer-1', 1),
    at('cache', 'cache-1', 2),
    at('web', 'server-1', 3),
    at('web', 'server-2', 4),
    at('app', 'server-1', 5),
  ];
  const front = { part: 'balancer', server: 'balancer-1' } as const;
  const tried = (port: number, status: number, headerMs?: number) => ({
    address: `127.0.0.1:${port}`,
    status,
    responseMs: 1,
    ...(headerMs !== undefined && { headerMs }),
  });
  const hop = (
    part: ProxyName,
    server: string,
    upstream: WebHop['upstream'],
    more: Partial<WebHop> = {},
  ) => ({
    ...web,
    part,
    server,
    upstream,
    ...more,
  });
  const testify = (one: WebHop | AppHop | DbHop, nth = 1) => witness(one, nth, one.server);
  const told = async (witnesses: Witness[], more: Partial<Case> = {}) => {
    const asked = about({ front, entries, ...more });
    const hops = await hear(witnesses, asked);
    return {
      hops: hops.map(({ part, server }) => `${part}@${server}`),
      maker: makerOf(asked, hops),
      all: hops,
    };
  };

  it('from the front to the server that answered, however late they report', async () => {
    const signed = { appServer: 'server-2' };
    const { hops, maker, all } = await told(
      [
        testify(hop('web', 'server-1', [])),
        testify(hop('web', 'server-2', [tried(9, 200, 1)]), 3),
        testify({ ...app, server: 'server-2' }, 4),
        testify(hop('cache', 'cache-1', [tried(3, 502, 1), tried(4, 200, 1)], { cache: 'MISS' }), 5),
        testify(hop('balancer', 'balancer-1', [tried(2, 200, 1)]), 2),
      ],
      signed,
    );
    expect(hops).toEqual(['balancer@balancer-1', 'cache@cache-1', 'web@server-2', 'app@server-2']);
    expect(maker).toBe('app');
    expect((all[1] as WebHop).upstream.map(({ to }) => to)).toEqual([
      { part: 'web', server: 'server-1', address: { host: 'server-1', port: 80 } },
      { part: 'web', server: 'server-2', address: { host: 'server-2', port: 80 } },
    ]);
  });

  it('up to a cache that had an answer, although the application has signed it', async () => {
    const { hops, maker } = await told(
      [
        testify(hop('balancer', 'balancer-1', [tried(2, 200, 1)])),
        testify(hop('cache', 'cache-1', [], { cache: 'HIT' })),
        testify(app, never),
      ],
      { appServer: 'server-1' },
    );
    expect([hops, maker]).toEqual([['balancer@balancer-1', 'cache@cache-1'], 'cache']);
  });

  it('and tells an error that was passed on from one that a proxy has made', async () => {
    const behind = hop('web', 'server-1', [tried(5, 502)], { status: 502 });
    const passed = [
      testify(hop('balancer', 'balancer-1', [tried(4, 502), tried(3, 502, 1)])),
      testify(behind),
    ];
    expect((await told(passed)).maker).toBe('web');
    // Without the report of the one behind, the balancer's own is enough.
    expect((await told(passed.slice(0, 1), { evidenceMs: 5 })).maker).toBe('web');
    const none = { address: 'site', status: 502, responseMs: 0 };
    const own = [testify(hop('balancer', 'balancer-1', [tried(3, 502), none]))];
    expect((await told(own)).maker).toBe('balancer');
    const refused = [testify(hop('balancer', 'balancer-1', [tried(3, 502)]))];
    expect((await told(refused)).maker).toBe('balancer');
  });

  it('asks who kept silent once, and waits for nobody behind it', async () => {
    const silent = testify(hop('web', 'server-1', []), never);
    const { hops } = await told([testify(hop('balancer', 'balancer-1', [tried(3, 504)])), silent]);
    expect([hops, silent.seen.asked]).toEqual([['balancer@balancer-1'], 1]);
  });

  it('does not go round in circles', async () => {
    const round = [
      testify(hop('balancer', 'balancer-1', [tried(2, 200, 1)])),
      testify(hop('cache', 'cache-1', [tried(1, 200, 1)])),
    ];
    expect((await told(round)).hops).toEqual(['balancer@balancer-1', 'cache@cache-1']);
  });

  it('to the database that takes writes, before one that repeats them', async () => {
    const answered = { ...db, queries: [{ statement: 'SELECT 1', durationMs: 1, rows: 1 }] };
    const replica = witness({ ...answered, server: 'db-2' }, 1, 'db-2');
    const repeats = { ...replica, plan: { ...replica.plan, source: 'db@db-1' as const } };
    const primary = witness({ ...answered, server: 'db-1' }, 3, 'db-1');
    const asked = about({ appServer: 'server-1' });
    const witnesses = [witness(web), witness({ ...app, queries: 1 }), repeats];
    expect((await hear([...witnesses, primary], asked)).at(-1)?.server).toBe('db-1');
    expect((await hear(witnesses, asked)).at(-1)?.server).toBe('db-2');
  });
});

it('gives up at the deadline and goes on with the next part', async () => {
  const witnesses = [witness(web, never), witness({ ...app, queries: 1 }), witness(db, never)];
  const hops = await hear(witnesses, about({ appServer: 'server-1', evidenceMs: 30 }));
  expect(hops.map(({ part }) => part)).toEqual(['app']);
});

it('asks the server that answered', async () => {
  const other = witness({ ...app, server: 'server-2' }, 1, 'server-2');
  const hops = await hear([witness(app), other, witness(web)], about({ appServer: 'server-2' }));
  expect(hops).toEqual([web, { ...app, server: 'server-2' }]);
});

it('takes a witness that fails for one that knows nothing', async () => {
  const broken: Witness = {
    plan: { part: 'web', server: 'server-1' },
    evidence: { find: () => Promise.reject(new Error('no file')) },
  };
  expect(await hear([broken], about({ evidenceMs: 5 }))).toEqual([]);
});

it('ends when it is cancelled', async () => {
  const signal = AbortSignal.timeout(20);
  await expect(hear([witness(web, never)], about({ signal }))).rejects.toThrow();
});
