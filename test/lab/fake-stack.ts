import type { Resolution, Trace } from '../../src/stack/browser/trace.ts';
import type { PartStatus, SqlResult, Stack } from '../../src/stack/stack.ts';
import { type PartName, partsOf } from '../../src/stack/topology.ts';
import { topologyByName } from '../../src/stack/topology-changes.ts';
import type { Load } from '../../src/stack/traffic/load.ts';
import type { LoadOrder } from '../../src/stack/traffic/order.ts';
import type { LoadResult } from '../../src/stack/traffic/result.ts';
import { emptyTally } from '../../src/stack/traffic/tally.ts';

export const topology = topologyByName('one-server');

export const trace = (changes: Partial<Trace> = {}): Trace => ({
  method: 'GET',
  url: 'http://www.foobar.com/guestbook',
  outcome: '200 from app',
  status: 200,
  from: 'app',
  via: ['dns', 'web', 'app', 'db'],
  durationMs: 43.21,
  body: '<h1>Guestbook</h1>',
  hops: [{ part: 'tcp', address: '8.8.8.8:80', here: '127.0.0.1:41873', durationMs: 0.3 }],
  ...changes,
});

/** A request that got no HTTP answer. */
export const failedTrace = (failure: NonNullable<Trace['failure']>, via: PartName[] = ['dns']): Trace => {
  const { status: _status, from: _from, ...rest } = trace();
  return { ...rest, outcome: failure, failure, via, body: '', message: `the browser says: ${failure}` };
};

export const resolution = (changes: Partial<Resolution> = {}): Resolution => ({
  name: 'www.foobar.com',
  type: 'A',
  outcome: 'ok',
  values: ['8.8.8.8'],
  hop: {
    part: 'dns',
    server: '192.0.2.53:53',
    here: '127.0.0.1:23873',
    transport: 'udp',
    question: 'www.foobar.com. IN A',
    answers: ['www.foobar.com. 300 IN A 8.8.8.8'],
    authorities: [],
    durationMs: 1.25,
  },
  ...changes,
});

export const sqlResult = (changes: Partial<SqlResult> = {}): SqlResult => ({
  columns: ['id', 'name'],
  rows: [
    [1, 'Ada'],
    [2, null],
  ],
  affected: 0,
  durationMs: 2.5,
  ...changes,
});

const pids: Record<PartName, number> = {
  dns: 101,
  web: 102,
  app: 103,
  db: 104,
  balancer: 105,
  cache: 106,
  cdn: 107,
  failover: 108,
};

export const partStatus = (of = topology): PartStatus[] =>
  partsOf(of).map(({ id, part, server, address }) => ({
    id,
    part,
    server,
    state: 'running',
    engine: 'embedded',
    label: `embedded ${part}`,
    address,
    here: { host: '127.0.0.1', port: 40000 + address.port },
    pid: pids[part],
    ...(part === 'app' && { version: 'v1' }),
  }));

export const loadResult = (changes: Partial<LoadResult> = {}): LoadResult => ({
  sent: 500,
  failed: 20,
  failures: [{ reason: '503 from app', count: 20 }],
  availability: 0.96,
  p50: 42,
  p95: 180.5,
  p99: 240,
  lagP99: 1.5,
  valid: true,
  ...changes,
});

/** A load that has already ended. */
export const fakeLoad = (order: LoadOrder, changes: Partial<Load> = {}): Load => ({
  order,
  total: emptyTally,
  subscribe: () => () => {},
  hold: () => {},
  span: () => ({ end: () => Promise.reject(new Error('this load counts nothing apart')) }),
  done: Promise.resolve(loadResult()),
  stop: async () => loadResult(),
  cancel: async () => {},
  ...changes,
});

/** A stack that answers what it is told to and writes down what it was asked. */
export const fakeStack = (changes: Partial<Stack> = {}): Stack & { asked: unknown[][] } => {
  const asked: unknown[][] = [];
  return {
    asked,
    topology,
    runDir: '/nowhere',
    mysql: { host: '127.0.0.1', port: 43306, user: 'web', password: 'secret', database: 'foobar' },
    status: () => partStatus(),
    doors: () => [],
    proxy: { host: '127.0.0.1', port: 48080 },
    openProxy: async () => ({ host: '127.0.0.1', port: 48080 }),
    control: async (action, target) => void asked.push(['control', action, target]),
    request: async (target, options) => {
      asked.push(['request', target, options?.form]);
      return trace();
    },
    resolve: async (name, type) => {
      asked.push(['resolve', name, type]);
      return resolution();
    },
    sql: async statement => {
      asked.push(['sql', statement]);
      return sqlResult();
    },
    secure: async () => {
      asked.push(['secure']);
      return '/nowhere/ca.pem';
    },
    certify: async wish => void asked.push(['certify', wish]),
    redirect: async on => void asked.push(['redirect', on]),
    load: async order => {
      asked.push(['load', order]);
      return fakeLoad(order);
    },
    currentLoad: undefined,
    change: async change => void asked.push(['change', change]),
    version: 'v1',
    deploy: async order => {
      asked.push(['deploy', order]);
      return { ...loadResult(), ratePerS: 50, durationMs: 1200, downMs: 0, mixedMs: 800 };
    },
    chaos: async () => {
      asked.push(['chaos']);
      return { matrix: [] };
    },
    delay: async (link, ms) => void asked.push(['delay', link, ms]),
    purge: async () => void asked.push(['purge']),
    files: () => [],
    edit: async file => void asked.push(['edit', file.name]),
    logs: async (part, limit) => {
      asked.push(['logs', part, limit]);
      return ['one line', 'another'];
    },
    forget: () => void asked.push(['forget']),
    reset: async () => void asked.push(['reset']),
    subscribe: () => () => {},
    down: async () => {},
    ...changes,
  };
};
