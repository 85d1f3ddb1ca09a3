import type { Peer, Upstream } from '../conf/model.ts';
import { createPool, type Pool } from './upstream/pool.ts';

/** What is remembered of a server between requests. */
interface State {
  peer: Peer;
  current: number;
  effective: number;
  fails: number;
  /** `Date.now()` of the last fail. */
  failedAt: number;
}

/** Chooses among the servers of an upstream, as nginx's smooth weighted round robin. */
export interface Balancer {
  pool: Pool;
  /** Servers that may be tried for one request. */
  size: number;
  /** The next server that this request has not tried yet; undefined when none is live. */
  next(tried: ReadonlySet<Peer>): Peer | undefined;
  failed(peer: Peer): void;
  succeeded(peer: Peer): void;
}

export const createBalancer = (upstream: Upstream): Balancer => {
  const { peers } = upstream;
  const states = peers.map(peer => ({ peer, current: 0, effective: peer.weight, fails: 0, failedAt: 0 }));
  const alone = peers.length === 1;

  const resting = ({ peer, fails, failedAt }: State): boolean =>
    peer.maxFails > 0 && fails >= peer.maxFails && Date.now() - failedAt <= peer.failTimeout;

  const pick = (candidates: State[]): Peer | undefined => {
    let best: State | undefined;
    let total = 0;
    for (const state of candidates) {
      state.current += state.effective;
      total += state.effective;
      if (state.effective < state.peer.weight) state.effective++;
      if (!best || state.current > best.current) best = state;
    }
    if (best) best.current -= total;
    return best?.peer;
  };

  const stateOf = (peer: Peer): State | undefined => states.find(state => state.peer === peer);

  return {
    size: peers.filter(peer => !peer.down).length,
    pool: createPool(upstream),
    next(tried) {
      // nginx never gives up a server that has no other beside it.
      const usable = states.filter(
        state => !tried.has(state.peer) && !state.peer.down && (alone || !resting(state)),
      );
      return (
        pick(usable.filter(({ peer }) => !peer.backup)) ?? pick(usable.filter(({ peer }) => peer.backup))
      );
    },
    failed(peer) {
      const state = stateOf(peer);
      if (!state) return;
      state.fails++;
      state.failedAt = Date.now();
      if (peer.maxFails > 0)
        state.effective = Math.max(0, state.effective - Math.ceil(peer.weight / peer.maxFails));
    },
    succeeded(peer) {
      const state = stateOf(peer);
      if (state && !resting(state)) state.fails = 0;
    },
  };
};
