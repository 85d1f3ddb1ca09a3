import { duration as briefly, percent } from '../lab/load-text.ts';
import { latest } from '../stack/traffic/meters.ts';
import { type LoadResult, resultOf } from '../stack/traffic/result.ts';
import { type Budget, budgetOf, type MeterView, objective, type Sample, smoothed } from './meters.ts';
import type { Point } from './sparkline.ts';

/** Everything that the screen says of a load now, as numbers. */
export interface Now extends Pick<Sample, 'p50' | 'p95' | 'p99' | 'availability'> {
  /** Of the whole load. */
  total: LoadResult;
  budget: Budget;
  /** Visitors a second; how many it were when it is over. */
  sent: string;
  served: string;
  failed: string;
  failing: boolean;
  /** Why visitors failed in the last second, or else before; in the whole load when it is over. */
  reasons: readonly string[];
}

export const rate = (perS: number): string =>
  `${perS.toFixed(perS >= 9.95 || Number.isInteger(perS) ? 0 : 1)}/s`;
export const whole = (count: number): string => Math.round(count).toLocaleString('en');
export const time = (ms: Point): string => (ms === undefined ? '-' : briefly(ms));

export const nowOf = (view: MeterView): Now => {
  const { meters } = view;
  const total = resultOf(meters.total);
  const budget = budgetOf(meters);
  const { availability } = total;
  const inAll = total.failures.map(({ reason, count }) => `${reason} ${whole(count)}`);
  const said = { total, budget, ...(availability !== undefined && { availability }) };
  if (meters.state === 'running') {
    const second = latest(meters);
    const lengthS = second ? (second.toMs - second.fromMs) / 1000 : 1;
    const now = (second?.failures ?? []).map(({ reason, count }) => `${reason} ${rate(count / lengthS)}`);
    return {
      ...said,
      ...smoothed(view),
      // A second is smooth enough to be read, and short enough to be true.
      sent: rate(second?.sentPerS ?? 0),
      served: rate(second?.servedPerS ?? 0),
      failed: rate(second?.failedPerS ?? 0),
      failing: now.length > 0,
      reasons: now.length > 0 ? now : inAll.map(text => `before: ${text}`),
    };
  }
  const { sent, failed, p50, p95, p99 } = total;
  const { served } = meters.total;
  return {
    ...said,
    sent: whole(sent),
    served: whole(served),
    failed: whole(failed),
    failing: failed > 0,
    reasons: inAll,
    ...(p50 !== undefined && p95 !== undefined && p99 !== undefined && { p50, p95, p99 }),
  };
};

/** What load it is, and how far. */
export const titleOf = ({ meters: { order, state, windows } }: MeterView): string => {
  if (!order) return 'load';
  const seconds = Math.round((windows.at(-1)?.toMs ?? 0) / 1000);
  const of = order.durationMs === undefined ? '' : ` of ${order.durationMs / 1000} s`;
  const how = {
    none: '',
    running: order.durationMs === undefined ? `${seconds} s, in the background` : `${seconds} s${of}`,
    ended: 'is over',
    cancelled: 'was cancelled',
  }[state];
  return `load ${order.ratePerS}/s on ${order.path}  ${how}`;
};

/** Not rounded to a whole number where that would hide something; many times the budget is no percentage any more. */
export const share = (used: number): string => {
  if (used >= 10) return `${whole(used)} times`;
  return used > 0 && used < 0.1 ? `${(used * 100).toFixed(1)} %` : `${whole(used * 100)} %`;
};

export const budgetText = ({ allowed, failed, used }: Budget): string => {
  const may = allowed >= 10 ? whole(allowed) : allowed.toFixed(1);
  const of = whole(allowed / (1 - objective));
  return `error budget used ${share(used)}: at ${objective * 100} % ${may} of ${of} may fail, ${whole(failed)} did`;
};

export const availabilityOf = ({ availability }: Pick<Now, 'availability'>): string =>
  availability === undefined ? '-' : percent(availability);
