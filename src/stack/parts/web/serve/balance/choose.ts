import type { State } from './state.ts';

/** Servers that this request may be given to, in the order of the file. */
export type Candidates = readonly State[];

/** Smooth weighted round robin: the one whose turn it is. */
export const inTurn = (candidates: Candidates): State | undefined => {
  let best: State | undefined;
  let total = 0;
  for (const state of candidates) {
    state.current += state.effective;
    total += state.effective;
    if (state.effective < state.peer.weight) state.effective++;
    if (!best || state.current > best.current) best = state;
  }
  if (best) best.current -= total;
  return best;
};

/** Below, at, or above the other in requests under way, each in proportion to its weight. */
const compare = (a: State, b: State): number => a.conns * b.peer.weight - b.conns * a.peer.weight;

/** `least_conn`: the one with the fewest requests under way; among several such, in turn. */
export const leastBusy = (candidates: Candidates): State | undefined => {
  let least: State | undefined;
  for (const state of candidates) if (!least || compare(state, least) < 0) least = state;
  const ties = candidates.filter(state => least && compare(state, least) === 0);
  return ties.length > 1 ? inTurn(ties) : least;
};

/** The one to which the n-th share of all weights belongs. */
export const byShare = (states: Candidates, share: number): State | undefined => {
  let left = share;
  return states.find(({ peer }) => {
    left -= peer.weight;
    return left < 0;
  });
};

export const totalWeight = (states: Candidates): number =>
  states.reduce((sum, { peer }) => sum + peer.weight, 0);

/** `random two`: the less busy of two. */
export const lessBusy = (second: State, first: State): State => (compare(second, first) > 0 ? first : second);
