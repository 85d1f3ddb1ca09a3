import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Peer } from '../../../../../src/stack/parts/web/conf/model.ts';
import { newUpstream } from '../../../../../src/stack/parts/web/conf/rules-upstream.ts';
import { createBalancer } from '../../../../../src/stack/parts/web/serve/balance.ts';

const peer = (port: number, more: Partial<Peer> = {}): Peer => ({
  host: '127.0.0.1',
  port,
  path: undefined,
  address: `127.0.0.1:${port}`,
  weight: 1,
  maxFails: 1,
  failTimeout: 10_000,
  backup: false,
  down: false,
  ...more,
});

const of = (...peers: Peer[]) => createBalancer({ name: 'app', ...newUpstream(peers) });
const ports = (balancer: ReturnType<typeof of>, count: number) =>
  Array.from({ length: count }, () => balancer.next(new Set())?.port);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('round robin', () => {
  it('takes turns, smoothly by weight', () => {
    expect(ports(of(peer(1), peer(2)), 4)).toEqual([1, 2, 1, 2]);
    // The example of nginx's own description of the algorithm.
    expect(ports(of(peer(1, { weight: 5 }), peer(2), peer(3)), 7)).toEqual([1, 1, 2, 1, 3, 1, 1]);
  });

  it('gives every server its share, whatever the weights', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }), weights => {
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const chosen = ports(of(...weights.map((weight, port) => peer(port, { weight }))), total);
        expect(weights.map((_, port) => chosen.filter(one => one === port).length)).toEqual(weights);
      }),
    );
  });

  it('leaves out what failed, until its time is over', () => {
    const [a, b] = [peer(1), peer(2)];
    const balancer = of(a, b);
    balancer.failed(a);
    expect(ports(balancer, 3)).toEqual([2, 2, 2]);
    balancer.failed(b);
    expect(ports(balancer, 1)).toEqual([undefined]);
    vi.advanceTimersByTime(10_001);
    expect(new Set(ports(balancer, 4))).toEqual(new Set([1, 2]));
  });

  it('allows as many fails as max_fails says, and forgets them after a success', () => {
    const a = peer(1, { maxFails: 2 });
    const balancer = of(a, peer(2));
    balancer.failed(a);
    expect(ports(balancer, 4)).toContain(1);
    balancer.succeeded(a);
    balancer.failed(a);
    expect(ports(balancer, 4)).toContain(1);
    balancer.failed(a);
    expect(ports(balancer, 4)).not.toContain(1);
    const never = peer(3, { maxFails: 0 });
    const patient = of(never, peer(4));
    for (let i = 0; i < 9; i++) patient.failed(never);
    expect(ports(patient, 4)).toContain(3);
  });

  it('never gives up the only server, and uses backups only when they are needed', () => {
    const only = peer(1);
    const alone = of(only);
    alone.failed(only);
    expect(ports(alone, 2)).toEqual([1, 1]);
    const main = peer(2);
    const balancer = of(main, peer(3, { backup: true }), peer(4, { down: true }));
    expect(ports(balancer, 3)).toEqual([2, 2, 2]);
    balancer.failed(main);
    expect(ports(balancer, 2)).toEqual([3, 3]);
  });

  it('does not give the same server twice to one request', () => {
    const [a, b] = [peer(1), peer(2)];
    const balancer = of(a, b);
    const first = balancer.next(new Set());
    const second = balancer.next(new Set(first ? [first] : []));
    expect(new Set([first, second])).toEqual(new Set([a, b]));
    expect(balancer.next(new Set([a, b]))).toBeUndefined();
  });
});
