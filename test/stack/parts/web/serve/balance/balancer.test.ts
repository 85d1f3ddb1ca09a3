import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Method, Peer } from '../../../../../../src/stack/parts/web/conf/model.ts';
import { newUpstream } from '../../../../../../src/stack/parts/web/conf/peers.ts';
import { createBalancer, type Pick } from '../../../../../../src/stack/parts/web/serve/balance/balancer.ts';
import type { Exchange } from '../../../../../../src/stack/parts/web/serve/exchange.ts';

const peer = (port: number, more: Partial<Peer> = {}): Peer => ({
  host: '127.0.0.1',
  port,
  path: undefined,
  address: `127.0.0.1:${port}`,
  written: `127.0.0.1:${port}`,
  weight: 1,
  maxConns: 0,
  maxFails: 1,
  failTimeout: 10,
  backup: false,
  down: false,
  ...more,
});

/** A request, of which only these are looked at. */
const request = (address = '127.0.0.1', uri = '/'): Exchange =>
  ({ uri, request: { socket: { remoteAddress: address } } }) as unknown as Exchange;

const balancerBy = (method: Method, ...peers: Peer[]) => {
  const upstream = { ...newUpstream('app', { file: '', line: 0 }, peers), method };
  const balancer = createBalancer(upstream);
  return {
    turn: balancer.turn,
    pick: (x = request()) => balancer.turn(x).next(),
    /** Ports of requests that are over before the next one comes. */
    ports: (count: number, x: (i: number) => Exchange = () => request()) =>
      Array.from({ length: count }, (_, i) => {
        const pick = balancer.turn(x(i)).next();
        pick?.over('succeeded');
        return pick?.peer.port;
      }),
    fail: (wanted: Peer) => {
      for (const turn = balancer.turn(request()); ; ) {
        const pick = turn.next();
        if (pick?.peer === wanted) return pick.over('failed');
        if (!pick) throw new Error(`${wanted.port} is not chosen`);
        pick.over('succeeded');
      }
    },
  };
};
const of = (...peers: Peer[]) => balancerBy({ kind: 'round_robin' }, ...peers);

const seconds = (count: number) => vi.advanceTimersByTime(count * 1000);

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('round robin', () => {
  it('takes turns, smoothly by weight', () => {
    expect(of(peer(1), peer(2)).ports(4)).toEqual([1, 2, 1, 2]);
    // The example of nginx's own description of the algorithm.
    expect(of(peer(1, { weight: 5 }), peer(2), peer(3)).ports(7)).toEqual([1, 1, 2, 1, 3, 1, 1]);
  });

  it('gives every server its share, whatever the weights', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }), weights => {
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const chosen = of(...weights.map((weight, port) => peer(port, { weight }))).ports(total);
        expect(weights.map((_, port) => chosen.filter(one => one === port).length)).toEqual(weights);
      }),
    );
  });

  it('does not give the same server twice to one request', () => {
    const turn = of(peer(1), peer(2)).turn(request());
    expect([turn.next(), turn.next(), turn.next()].map(pick => pick?.peer.port)).toEqual([1, 2, undefined]);
  });

  it('counts as tries the servers that are not down', () => {
    expect(of(peer(1), peer(2, { down: true }), peer(3, { backup: true })).turn(request()).tries).toBe(2);
  });
});

describe('passive health checks', () => {
  it('leave out what failed until its time is over', () => {
    const [a, b] = [peer(1), peer(2)];
    const balancer = of(a, b);
    expect(balancer.fail(a)).toBe(true);
    expect(balancer.ports(3)).toEqual([2, 2, 2]);
    seconds(10);
    expect(balancer.ports(2)).toEqual([2, 2]);
    seconds(1);
    expect(new Set(balancer.ports(4))).toEqual(new Set([1, 2]));
  });

  it('leave nobody when all have failed', () => {
    const [a, b] = [peer(1), peer(2)];
    const balancer = of(a, b);
    balancer.fail(a);
    balancer.fail(b);
    expect(balancer.pick()).toBeUndefined();
  });

  it('have one request try a server whose rest is over, and the others wait for what comes of it', () => {
    const a = peer(1);
    const balancer = of(a, peer(2));
    balancer.fail(a);
    seconds(11);
    const picks = Array.from({ length: 9 }, () => balancer.pick());
    expect(picks.filter(pick => pick?.peer === a)).toHaveLength(1);
    const trial = picks.find(pick => pick?.peer === a);
    trial?.over('succeeded');
    expect(balancer.ports(4)).toContain(1);
  });

  it('allow as many fails as max_fails says, and forget them after a success that comes late enough', () => {
    const a = peer(1, { maxFails: 2 });
    const balancer = of(a, peer(2));
    expect(balancer.fail(a)).toBe(false);
    // Within the same fail_timeout a success between two fails counts for nothing.
    expect(balancer.ports(4)).toContain(1);
    expect(balancer.fail(a)).toBe(true);
    expect(balancer.ports(4)).not.toContain(1);
    seconds(11);
    expect(balancer.ports(4)).toContain(1);
    expect(balancer.fail(a)).toBe(false);
    expect(balancer.ports(4)).toContain(1);
  });

  it('do not exist with max_fails=0, and for a server that is alone', () => {
    const never = peer(3, { maxFails: 0 });
    const patient = of(never, peer(4));
    for (let i = 0; i < 9; i++) expect(patient.fail(never)).toBe(false);
    expect(patient.ports(4)).toContain(3);
    const only = peer(1);
    const alone = of(only);
    expect(alone.fail(only)).toBe(false);
    expect(alone.ports(2)).toEqual([1, 1]);
  });

  it('lower the weight of a server that has failed, until it has proved itself', () => {
    const untilTheOther = (fails: number) => {
      const heavy = peer(1, { weight: 10, maxFails: 2 });
      const balancer = of(heavy, peer(2));
      for (let i = 0; i < fails; i++) balancer.fail(heavy);
      return balancer.ports(30).indexOf(2);
    };
    expect(untilTheOther(1)).toBeLessThan(untilTheOther(0));
  });
});

describe('limits and backups', () => {
  it('uses backups only when nobody else is left', () => {
    const main = peer(2);
    const balancer = of(main, peer(3, { backup: true }), peer(4, { down: true }));
    expect(balancer.ports(3)).toEqual([2, 2, 2]);
    balancer.fail(main);
    expect(balancer.ports(2)).toEqual([3, 3]);
  });

  it('gives a server that has a backup beside it up like any other', () => {
    const main = peer(1);
    const balancer = of(main, peer(2, { backup: true }));
    expect(balancer.fail(main)).toBe(true);
  });

  it('gives a server no more than max_conns requests at a time', () => {
    const balancer = of(peer(1, { maxConns: 1 }), peer(2, { maxConns: 2 }));
    const picks = [1, 2, 3, 4].map(() => balancer.pick());
    expect(picks.map(pick => pick?.peer.port)).toEqual([1, 2, 2, undefined]);
    picks[0]?.over('succeeded');
    // Only its first word counts.
    picks[0]?.over('succeeded');
    expect([balancer.pick(), balancer.pick()].map(pick => pick?.peer.port)).toEqual([1, undefined]);
    const alone = of(peer(1, { maxConns: 1 }));
    expect([alone.pick(), alone.pick()].map(pick => pick?.peer.port)).toEqual([1, undefined]);
  });
});

describe('least_conn', () => {
  const leastConn = (...peers: Peer[]) => balancerBy({ kind: 'least_conn' }, ...peers);

  it('takes the one with the fewest requests under way, by weight', () => {
    const balancer = leastConn(peer(1, { weight: 2 }), peer(2));
    const picks = Array.from({ length: 9 }, () => balancer.pick());
    const portsOf = (all: (Pick | undefined)[]) => all.map(pick => pick?.peer.port);
    expect(portsOf(picks).toSorted()).toEqual([1, 1, 1, 1, 1, 1, 2, 2, 2]);
    for (const pick of picks) if (pick?.peer.port === 2) pick.over('succeeded');
    expect(portsOf([balancer.pick(), balancer.pick()])).toEqual([2, 2]);
  });

  it('takes turns among those that are alike, and leaves out who failed', () => {
    const [a, b, c] = [peer(1), peer(2), peer(3)];
    const balancer = leastConn(a, b, c);
    expect(balancer.ports(6)).toEqual([1, 2, 3, 1, 2, 3]);
    balancer.fail(b);
    expect(new Set(balancer.ports(6))).toEqual(new Set([1, 3]));
  });
});

describe('hashing', () => {
  const byUri = (consistent: boolean, ...peers: Peer[]) =>
    balancerBy({ kind: 'hash', key: x => x.uri, consistent }, ...peers);
  const three = [peer(1), peer(2), peer(3)];
  const uris = Array.from({ length: 300 }, (_, i) => `/page/${i}`);
  const portsFor = (balancer: ReturnType<typeof byUri>) =>
    balancer.ports(uris.length, i => request('127.0.0.1', uris[i]));

  it.each([false, true])(
    'sends the same key to the same server, and keys to all (consistent: %s)',
    consistent => {
      const balancer = byUri(consistent, ...three);
      const first = portsFor(balancer);
      expect(portsFor(balancer)).toEqual(first);
      for (const { port } of three) expect(first.filter(one => one === port).length).toBeGreaterThan(50);
    },
  );

  it('moves with `consistent` only what the lost server had', () => {
    const before = portsFor(byUri(true, ...three));
    const moved = (consistent: boolean) => {
      const all = portsFor(byUri(consistent, ...three));
      const left = portsFor(byUri(consistent, ...three.slice(0, 2)));
      return all.filter((port, i) => port !== 3 && left[i] !== port).length;
    };
    expect(before).toContain(3);
    expect(moved(true)).toBe(0);
    expect(moved(false)).toBeGreaterThan(50);
  });

  it('goes in turn without a key, and to others when its server has failed', () => {
    const balancer = byUri(false, ...three);
    expect(balancer.ports(3, () => request('127.0.0.1', ''))).toEqual([1, 2, 3]);
    const mine = balancer.pick()?.peer;
    const again = balancer.turn(request());
    expect(again.next()?.peer).toBe(mine);
    expect(again.next()?.peer).not.toBe(mine);
  });

  it('keeps a network with one server: the first three numbers of the address count', () => {
    const balancer = balancerBy({ kind: 'ip_hash' }, ...three);
    const portOf = (address: string) => balancer.ports(1, () => request(address))[0];
    expect(portOf('10.1.2.3')).toBe(portOf('10.1.2.200'));
    const networks = Array.from({ length: 60 }, (_, i) => portOf(`10.1.${i}.1`));
    expect(new Set(networks)).toEqual(new Set([1, 2, 3]));
    expect(portOf('2001:db8::1')).toBe(portOf('2001:db8:0:0::1'));
  });
});

describe('random', () => {
  it('draws by weight', () => {
    const balancer = balancerBy({ kind: 'random', two: false }, peer(1, { weight: 9 }), peer(2));
    const chosen = balancer.ports(500);
    const share = chosen.filter(port => port === 1).length / chosen.length;
    expect(share).toBeGreaterThan(0.8);
    expect(share).toBeLessThan(0.97);
  });

  it('takes with `two` the less busy of two', () => {
    const balancer = balancerBy({ kind: 'random', two: true }, peer(1), peer(2));
    const picks = Array.from({ length: 20 }, () => balancer.pick()?.peer.port);
    expect(picks.filter(port => port === 1)).toHaveLength(10);
  });

  it('leaves out who failed, and who was tried', () => {
    const [a, b] = [peer(1), peer(2)];
    const balancer = balancerBy({ kind: 'random', two: false }, a, b, peer(3));
    const turn = balancer.turn(request());
    expect([1, 2, 3].map(() => turn.next()?.peer.port).toSorted()).toEqual([1, 2, 3]);
    expect(turn.next()).toBeUndefined();
    balancer.fail(a);
    expect(balancer.ports(50)).not.toContain(1);
  });
});
