import type { Trace } from '../../src/stack/browser/trace.ts';
import {
  type Action,
  type PartState,
  type Stack,
  StackError,
  type StackEvent,
} from '../../src/stack/stack.ts';
import { type PartId, partsByTarget, type TopologyName } from '../../src/stack/topology.ts';
import { type Change, changeTopology, topologyByName } from '../../src/stack/topology-changes.ts';
import type { LoadEvent } from '../../src/stack/traffic/meters.ts';
import { fakeLoad, fakeStack, loadResult, partStatus, trace } from '../lab/fake-stack.ts';

const after: Record<Action, PartState> = {
  stop: 'stopped',
  start: 'running',
  restart: 'running',
  reload: 'running',
  kill: 'crashed',
  pause: 'paused',
  resume: 'running',
};

const hops: Trace['hops'] = [
  { part: 'names', level: 'browser', name: 'www.foobar.com', hit: false, durationMs: 0.02, startMs: 0 },
  { part: 'names', level: 'system', name: 'www.foobar.com', hit: false, durationMs: 0.02, startMs: 0.05 },
  {
    part: 'dns',
    server: '192.0.2.53:53',
    here: '127.0.0.1:41222',
    transport: 'udp',
    question: 'www.foobar.com. IN A',
    rcode: 'NOERROR',
    authoritative: true,
    answers: ['www.foobar.com. 300 IN A 8.8.8.8'],
    authorities: [],
    durationMs: 3.1,
    startMs: 0.1,
  },
  { part: 'tcp', address: '8.8.8.8:80', here: '127.0.0.1:41223', durationMs: 0.4, startMs: 3.3 },
  {
    part: 'http',
    requestLine: 'GET /guestbook HTTP/1.1',
    requestHeaders: { host: 'www.foobar.com' },
    statusLine: 'HTTP/1.1 200 OK',
    headers: { server: 'nginx', 'content-type': 'text/html; charset=utf-8' },
    bytes: 2214,
    waitMs: 43,
    durationMs: 44.3,
    startMs: 3.8,
  },
  {
    part: 'web',
    server: 'server-1',
    status: 200,
    upstream: [{ address: '127.0.0.1:8000', status: 200, responseMs: 41, headerMs: 40 }],
    log: '127.0.0.1 - - "GET /guestbook HTTP/1.1" 200 2214',
    durationMs: 42,
  },
  {
    part: 'app',
    server: 'server-1',
    version: 'v1',
    status: 200,
    worker: 3,
    queueMs: 0,
    file: 'pages/guestbook.js',
    queries: 1,
    log: 'GET /guestbook 200 40.1 ms',
    durationMs: 40.1,
  },
  {
    part: 'db',
    server: 'server-1',
    queries: [{ statement: 'SELECT name, text FROM entries ORDER BY id DESC', durationMs: 1.2, rows: 3 }],
    durationMs: 1.2,
  },
];

export const guestbook: Trace = trace({ hops, durationMs: 48.2, requestId: '4f1c2d' });

export const style: Trace = trace({
  url: 'http://www.foobar.com/style.css',
  outcome: '200 from web',
  from: 'web',
  via: ['dns', 'web'],
  hops: hops
    .slice(0, 6)
    .map(hop => (hop.part === 'web' ? { ...hop, upstream: [], file: '/style.css' } : hop)),
  durationMs: 5.4,
});

export const badGateway: Trace = trace({
  outcome: '502 from web',
  status: 502,
  from: 'web',
  via: ['dns', 'web'],
  hops: hops.slice(0, 6),
  durationMs: 5.1,
});

export interface LiveStack extends Stack {
  /** Lets requests that wait go on; only where `held` was asked for. */
  release(): void;
  /** Tells the listeners what a load says of itself. */
  tellLoad(event: LoadEvent): void;
  /** What was asked of it, such as `stop web@server-1`. */
  readonly controlled: readonly string[];
}

/** A stack whose parts change their state, that tells its listeners, and whose requests and loads can be held back. */
export const liveStack = ({ held = false, name = 'one-server' as TopologyName } = {}): LiveStack => {
  const states = new Map<PartId, PartState>();
  const listeners = new Set<(event: StackEvent) => void>();
  const tell = (event: StackEvent) => {
    for (const listener of listeners) listener(event);
  };
  const controlled: string[] = [];
  let topology = topologyByName(name);
  let waiting: (() => void)[] = [];
  const pass = (): Promise<void> =>
    held ? new Promise(resolve => waiting.push(resolve)) : new Promise(resolve => setImmediate(resolve));
  const base = fakeStack();
  return {
    ...base,
    controlled,
    get topology() {
      return topology;
    },
    status: () => partStatus(topology).map(part => ({ ...part, state: states.get(part.id) ?? 'running' })),
    change: async (change: Change) => {
      const changed = changeTopology(topology, change);
      if (!changed.topology) throw new StackError(changed.problem);
      topology = changed.topology;
      tell({ type: 'topology', topology });
    },
    control: async (action, target) => {
      const plans = partsByTarget(topology, target);
      if (plans.length === 0) throw new StackError(`there is no "${target}"`);
      controlled.push(`${action} ${target}`);
      for (const { id } of plans) {
        states.set(id, after[action]);
        tell({ type: 'part', id, state: after[action] });
      }
    },
    request: async target => {
      tell({ type: 'request', method: 'GET', url: target });
      await pass();
      const running = (part: string) =>
        partsByTarget(topology, part).every(({ id }) => (states.get(id) ?? 'running') === 'running');
      const page = target.endsWith('.css') ? style : running('app') ? guestbook : badGateway;
      const answer = target.startsWith('https:') ? { ...page, url: target } : page;
      tell({ type: 'trace', trace: answer });
      return answer;
    },
    load: async order => {
      tell({ type: 'load', event: { type: 'begun', order } });
      const done = pass().then(() => {
        tell({ type: 'load', event: { type: 'ended', result: loadResult() } });
        return loadResult();
      });
      return fakeLoad(order, { done });
    },
    tellLoad: event => tell({ type: 'load', event }),
    reset: async () => {
      states.clear();
      tell({ type: 'reset' });
    },
    subscribe: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    release: () => {
      for (const go of waiting) go();
      waiting = [];
    },
  };
};
