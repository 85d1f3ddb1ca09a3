/** What the meters of a load show: pure. */
import { followLoad, type LoadEvent, type Meters, noLoad } from '../stack/traffic/meters.ts';
import type { Window } from '../stack/traffic/tally.ts';
import { type Weights, weigh, weightedPercentile } from './weights.ts';

/** One second of a load: rates and latencies smoothed, failures as they were. */
export interface Sample {
  sentPerS: number;
  servedPerS: number;
  /** Never smoothed: one failure must be seen as one. */
  failed: number;
  p50?: number;
  p95?: number;
  p99?: number;
  /** Of the visits that were over in this second; absent when none was. */
  availability?: number;
}

export interface MeterView {
  meters: Meters;
  recent: Recent;
  /** One a second, oldest first. */
  samples: readonly Sample[];
  /** What came to an end since the last sample. */
  second: { served: number; failed: number };
}

/**
 * Exponentially weighted averages of the windows, as `server-survival` found to be needed: a knee that lasts half a
 * second is gone before anybody has seen it.
 */
interface Recent {
  /** How much of the average is measured already, from 0 to 1. */
  weight: number;
  sentPerS: number;
  servedPerS: number;
  latency: Weights;
  /** When somebody was served last, in milliseconds of the load. */
  servedMs: number;
}

/** Time constant of the averages. */
const tauMs = 2500;
/** Latencies of visitors that were served longer ago say nothing of now. */
const staleMs = 2000;
const mostSamples = 240;

const noRecent: Recent = {
  weight: 0,
  sentPerS: 0,
  servedPerS: 0,
  latency: {},
  servedMs: Number.NEGATIVE_INFINITY,
};

const noMeters: MeterView = {
  meters: noLoad,
  recent: noRecent,
  samples: [],
  second: { served: 0, failed: 0 },
};

export const followMeters = (before: MeterView | undefined, event: LoadEvent): MeterView => {
  const { meters, recent, samples, second } = before ?? noMeters;
  const next = followLoad(meters, event);
  if (event.type === 'begun') return { ...noMeters, meters: next };
  if (event.type !== 'window') return { meters: next, recent, samples, second };
  const { window } = event;
  const now = average(recent, window);
  const over = {
    served: second.served + window.served,
    failed: second.failed + Object.values(window.failed).reduce((sum, count) => sum + count, 0),
  };
  const full = Math.floor(window.toMs / 1000) > Math.floor(window.fromMs / 1000);
  if (!full) return { meters: next, recent: now, samples, second: over };
  const sample = { ...smoothed({ recent: now, meters: next }), ...inSecond(over) };
  return {
    meters: next,
    recent: now,
    samples: [...samples, sample].slice(-mostSamples),
    second: { served: 0, failed: 0 },
  };
};

const inSecond = ({ served, failed }: MeterView['second']): Pick<Sample, 'failed' | 'availability'> => ({
  failed,
  ...(served + failed > 0 && { availability: served / (served + failed) }),
});

const average = (recent: Recent, window: Window): Recent => {
  const lengthMs = window.toMs - window.fromMs;
  if (lengthMs <= 0) return recent;
  const kept = Math.exp(-lengthMs / tauMs);
  const mixed = (old: number, count: number): number => old * kept + ((count * 1000) / lengthMs) * (1 - kept);
  return {
    weight: recent.weight * kept + 1 - kept,
    sentPerS: mixed(recent.sentPerS, window.sent),
    servedPerS: mixed(recent.servedPerS, window.served),
    latency: weigh(recent.latency, kept, window.latency),
    servedMs: window.served > 0 ? window.toMs : recent.servedMs,
  };
};

/** Rates and latencies as they are now; latencies only while somebody is served. */
export const smoothed = ({
  recent,
  meters,
}: Pick<MeterView, 'recent' | 'meters'>): Omit<Sample, 'failed' | 'availability'> => {
  const { weight, sentPerS, servedPerS, latency, servedMs } = recent;
  const nowMs = meters.windows.at(-1)?.toMs ?? 0;
  const rates = {
    sentPerS: weight > 0 ? sentPerS / weight : 0,
    servedPerS: weight > 0 ? servedPerS / weight : 0,
  };
  const [p50, p95, p99] = [50, 95, 99].map(percent => weightedPercentile(latency, percent));
  const known = nowMs - servedMs <= staleMs && p50 !== undefined && p95 !== undefined && p99 !== undefined;
  return known ? { ...rates, p50, p95, p99 } : rates;
};

/** Share of the visitors that are to be served: three nines, as many a service promises. */
export const objective = 0.999;

export interface Budget {
  /** Visitors that may fail before the objective is missed. */
  allowed: number;
  failed: number;
  /** Share of that which is used up; more than 1 when the objective is missed. */
  used: number;
}

/** How much of what may fail has failed, of all visitors that come; of those until now where nobody knows how many. */
export const budgetOf = ({ order, total }: Meters): Budget => {
  const failed = Object.values(total.failed).reduce((sum, count) => sum + count, 0);
  const planned = order?.durationMs === undefined ? 0 : (order.ratePerS * order.durationMs) / 1000;
  const allowed = Math.max(planned, total.sent) * (1 - objective);
  return { allowed, failed, used: allowed > 0 ? failed / allowed : 0 };
};
