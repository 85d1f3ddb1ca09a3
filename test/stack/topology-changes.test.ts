import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  linkedFrom,
  partById,
  partsOf,
  primaryOf,
  siteIp,
  type Topology,
  topologyNames,
} from '../../src/stack/topology.ts';
import { additions, type Change, changeTopology, topologyByName } from '../../src/stack/topology-changes.ts';

const changedBy = (topology: Topology, ...changes: Change[]): Topology =>
  changes.reduce((before, change) => {
    const { topology: next, problem } = changeTopology(before, change);
    if (!next) throw new Error(problem);
    return next;
  }, topology);
const add = (what: (typeof additions)[number]): Change => ({ type: 'add', what });
const one = topologyByName('one-server');

/** What holds in every plan. */
const expectSound = (topology: Topology): void => {
  const plans = partsOf(topology);
  const ids = plans.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(topology.servers.map(({ ip }) => ip)).size).toBe(topology.servers.length);
  const holders = plans.filter(({ open, address }) => open && address.host === siteIp);
  expect(holders.map(({ address, secure }) => [address.port, secure?.port])).toEqual([[80, 443]]);
  expect(linkedFrom(topology, 'browser').map(({ id }) => id)).toContain(holders[0]?.id);
  for (const { from, to } of topology.links) {
    if (from !== 'browser') expect(ids).toContain(from);
    expect(ids).toContain(to);
  }
  expect(plans.filter(({ part, source }) => part === 'db' && !source)).toHaveLength(1);
  for (const { part, source } of plans)
    if (source && part === 'db') expect(source).toBe(primaryOf(topology)?.id);
  for (const web of plans.filter(({ part }) => part === 'web'))
    expect(linkedFrom(topology, web.id).map(({ part, server }) => [part, server])).toEqual([
      ['app', web.server],
    ]);
  for (const app of plans.filter(({ part }) => part === 'app'))
    expect(linkedFrom(topology, app.id)[0]?.id).toBe(primaryOf(topology)?.id);
};

test.each(topologyNames)('%s is sound and unchanged', name => {
  const topology = topologyByName(name);
  expectSound(topology);
  expect(topology.name).toBe(name);
  expect(topology.changed).toBeUndefined();
});

test('the largest one has two of everything but the manager', () => {
  const count = (part: string): number =>
    partsOf(topologyByName('mended')).filter(plan => plan.part === part).length;
  expect(['dns', 'balancer', 'web', 'app', 'db', 'failover'].map(count)).toEqual([2, 2, 3, 3, 2, 3]);
});

const server = fc.constantFrom(
  'server-1',
  'server-2',
  'balancer-1',
  'balancer-2',
  'db-1',
  'db-2',
  'db-3',
  'x',
);
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.constantFrom(...additions).map(add),
  fc.constant<Change>({ type: 'move-db' }),
  server.map((name): Change => ({ type: 'promote', server: name })),
  server.map((name): Change => ({ type: 'take-over', server: name })),
  fc
    .tuple(server, fc.integer({ min: -1, max: 20 }))
    .map(([name, workers]): Change => ({ type: 'scale', server: name, workers })),
);

test('whatever changes are asked for, each plan is sound, or the change is refused in words', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 25 }), changes => {
      let topology = one;
      for (const wanted of changes) {
        const { topology: next, via = [], problem } = changeTopology(topology, wanted);
        if (!next) {
          expect(problem).toMatch(/\S/);
          continue;
        }
        for (const plan of [...via, next]) expectSound(plan);
        topology = next;
      }
    }),
  );
});

describe('balancer', () => {
  test('takes the public address over; the server goes behind it', () => {
    const topology = changedBy(one, add('balancer'));
    expect(partById(topology, 'balancer@balancer-1')).toMatchObject({
      address: { host: siteIp },
      open: true,
    });
    expect(partById(topology, 'web@server-1')).toMatchObject({ address: { host: '10.0.0.11' }, open: false });
    expect(partById(topology, 'web@server-1')).not.toHaveProperty('secure');
  });

  test('a second one stands by, and can take the address over and give it back', () => {
    const pair = changedBy(one, add('balancer'), add('balancer'));
    expect(partById(pair, 'balancer@balancer-2')?.open).toBe(false);
    expect(partById(pair, 'failover@balancer-2')).toBeDefined();
    const taken = changedBy(pair, { type: 'take-over', server: 'balancer-2' });
    expect(partById(taken, 'balancer@balancer-1')?.open).toBe(false);
    expect(taken.servers.find(({ name }) => name === 'balancer-2')?.ip).toBe(siteIp);
    const back = changedBy(taken, { type: 'take-over', server: 'balancer-1' });
    expect(back.links).toEqual(pair.links);
  });
});

describe('database', () => {
  test('moves to a server of its own by way of a copy that repeats it', () => {
    const { topology, via } = changeTopology(one, { type: 'move-db' });
    expect(via?.map(plan => partById(plan, 'db@db-1')?.source)).toEqual(['db@server-1']);
    expect(topology && partById(topology, 'db@server-1')).toBeUndefined();
    expect(topology && primaryOf(topology)?.id).toBe('db@db-1');
  });

  test('a promoted replica is repeated by the others', () => {
    const topology = changedBy(topologyByName('replicated'), add('replica'), {
      type: 'promote',
      server: 'db-2',
    });
    expect(primaryOf(topology)?.id).toBe('db@db-2');
    expect(partById(topology, 'db@db-1')?.source).toBe('db@db-2');
    expect(partById(topology, 'db@db-3')?.source).toBe('db@db-2');
  });
});

test.each<[string, Topology, Change, RegExp]>([
  ['a second server without a balancer', one, add('server'), /balancer first/],
  ['a cache without a balancer', one, add('cache'), /balancer first/],
  ['a failover manager without a replica', one, add('failover'), /replica first/],
  ['a second move', topologyByName('balanced'), { type: 'move-db' }, /of its own: db-1/],
  ['the primary', topologyByName('replicated'), { type: 'promote', server: 'db-1' }, /primary already/],
  [
    'more workers than the machine bears',
    one,
    { type: 'scale', server: 'server-1', workers: 17 },
    /16 workers/,
  ],
  ['as many workers as before', one, { type: 'scale', server: 'server-1', workers: 8 }, /already/],
])('refused: %s', (_, topology, change, reason) => {
  expect(changeTopology(topology, change).problem).toMatch(reason);
});
