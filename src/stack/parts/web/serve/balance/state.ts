import type { Peer } from '../../conf/model.ts';

/** What is remembered of a server between requests; names and rules as in nginx 1.22. */
export interface State {
  peer: Peer;
  /** Requests that it has under way. */
  conns: number;
  /** Of the smooth weighted round robin. */
  current: number;
  effective: number;
  fails: number;
  /** Seconds: when it failed last, and when that was last looked at. */
  accessed: number;
  checked: number;
}

export const stateOf = (peer: Peer): State => ({
  peer,
  conns: 0,
  current: 0,
  effective: peer.weight,
  fails: 0,
  accessed: 0,
  checked: 0,
});

/** nginx's clock ticks in seconds here. */
export const now = (): number => Math.floor(Date.now() / 1000);

/** Left out because of its failures. */
const resting = ({ peer, fails, checked }: State): boolean =>
  peer.maxFails > 0 && fails >= peer.maxFails && now() - checked <= peer.failTimeout;

const full = ({ peer, conns }: State): boolean => peer.maxConns > 0 && conns >= peer.maxConns;

export const isUsable = (state: State): boolean => !state.peer.down && !resting(state) && !full(state);

/** The only server of an upstream is never given up: who else should be asked? */
export const isUsableAlone = (state: State): boolean => !state.peer.down && !full(state);

/** It gets a request. After its rest that is a trial: the others leave it alone for another `fail_timeout`. */
export const begin = (state: State): void => {
  state.conns++;
  if (now() - state.checked > state.peer.failTimeout) state.checked = now();
};

/** Whether the server is given up for a while by this failure. */
export const failed = (state: State): boolean => {
  const { weight, maxFails } = state.peer;
  state.fails++;
  state.accessed = state.checked = now();
  if (maxFails > 0) state.effective = Math.max(0, state.effective - Math.floor(weight / maxFails));
  return maxFails > 0 && state.fails >= maxFails;
};

/** A success counts only when it comes after `fail_timeout`. */
export const succeeded = (state: State): void => {
  if (state.accessed < state.checked) state.fails = 0;
};
