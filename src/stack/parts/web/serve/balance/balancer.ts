import type { Peer, Upstream } from '../../conf/model.ts';
import type { Exchange } from '../exchange.ts';
import { createPool, type Pool } from '../upstream/pool.ts';
import { clientOf } from '../variables.ts';
import { byShare, type Candidates, inTurn, leastBusy, lessBusy, totalWeight } from './choose.ts';
import { byAddress, byKey, circleOf, type Draw, type Point, placeOn } from './hashing.ts';
import { begin, failed, isUsable, isUsableAlone, type State, stateOf, succeeded } from './state.ts';

/** A server that one request was given to. */
export interface Pick {
  peer: Peer;
  /** When it is done with it; only the first word counts. Says whether the server is given up for a while. */
  over(how: 'failed' | 'succeeded'): boolean;
}

/** One request's way through the servers. */
export interface Turn {
  /** Servers that it may still be given to. */
  tries: number;
  /** A server that this request has not been given to yet; undefined when none is live. */
  next(): Pick | undefined;
}

/** Chooses among the servers of an upstream, as nginx 1.22. */
export interface Balancer {
  pool: Pool;
  turn(x: Exchange): Turn;
}

/** By their upstream: every place that passes requests to it shares what is known. A new configuration forgets it. */
const balancers = new WeakMap<Upstream, Balancer>();

export const balancerOf = (upstream: Upstream): Balancer => {
  const known = balancers.get(upstream) ?? createBalancer(upstream);
  balancers.set(upstream, known);
  return known;
};

/** After so many tries that fall on a server which cannot be used, they go in turn. */
const maxDraws = 20;

export const createBalancer = (upstream: Upstream): Balancer => {
  const { method, peers } = upstream;
  const main = peers.filter(({ backup }) => !backup).map(stateOf);
  const backups = peers.filter(({ backup }) => backup).map(stateOf);
  // nginx never gives up a server that has no other beside it.
  const alone = peers.length === 1;
  const circle = method.kind === 'hash' && method.consistent ? circleOf(main) : [];

  const drawFor = (x: Exchange, usable: (state: State) => boolean): Draw | undefined => {
    if (alone) return undefined;
    switch (method.kind) {
      case 'ip_hash':
        return byAddress(main, clientOf(x.request.socket));
      case 'hash': {
        const key = method.key(x);
        if (key === '') return undefined;
        if (!method.consistent) return byKey(main, key);
        let at = placeOn(circle, key);
        return () => {
          const { written } = circle[at % circle.length] as Point;
          // Several servers may be written alike: among them in turn.
          const found = inTurn(main.filter(state => state.peer.written === written && usable(state)));
          if (!found) at++;
          return found;
        };
      }
      case 'random':
        return main.length < 2
          ? undefined
          : () => byShare(main, Math.floor(Math.random() * totalWeight(main)));
      default:
        return undefined;
    }
  };

  const turn = (x: Exchange): Turn => {
    const tried = new Set<State>();
    let draws = 0;
    const fresh = (state: State): boolean =>
      !tried.has(state) && (alone ? isUsableAlone(state) : isUsable(state));
    const draw = drawFor(x, fresh);
    const pair = method.kind === 'random' && method.two;

    /** The same server comes up for the same key, as long as it can be used. */
    const drawn = (): State | undefined => {
      let first: State | undefined;
      while (draw && draws <= maxDraws) {
        const state = draw();
        if (state && state !== first && fresh(state)) {
          if (!pair) return state;
          if (first) return lessBusy(state, first);
          first = state;
        } else draws++;
      }
      return undefined;
    };

    const chooseFrom = (states: Candidates): State | undefined => {
      const candidates = states.filter(fresh);
      return method.kind === 'least_conn' && !alone ? leastBusy(candidates) : inTurn(candidates);
    };

    return {
      tries: peers.filter(({ down }) => !down).length,
      next() {
        const state = drawn() ?? chooseFrom(main) ?? chooseFrom(backups);
        if (!state) return undefined;
        if (!alone) tried.add(state);
        begin(state);
        let done = false;
        return {
          peer: state.peer,
          over(how) {
            if (done) return false;
            done = true;
            state.conns--;
            if (alone) return false;
            if (how === 'failed') return failed(state);
            succeeded(state);
            return false;
          },
        };
      },
    };
  };

  return { pool: createPool(upstream), turn };
};
