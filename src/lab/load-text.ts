import type { DeployOrder, DeployResult } from '../stack/deploy/order.ts';
import type { Reading } from '../stack/traffic/meters.ts';
import type { LoadOrder } from '../stack/traffic/order.ts';
import type { LoadResult } from '../stack/traffic/result.ts';

/** What came of a load, in one line. */
export const loadSummary = ({ ratePerS, path }: LoadOrder, result: LoadResult): string =>
  [
    `${result.sent} sent to ${path} at ${ratePerS}/s`,
    ...measured(result),
    ...(result.doubt === undefined ? [] : [`NOT VALID: ${result.doubt}`]),
  ].join(', ');

/** What came of a deployment, in one line. */
export const deploySummary = (
  { version, by }: DeployOrder,
  { durationMs, downMs, mixedMs, ...result }: DeployResult,
): string =>
  [
    `${version} by ${by} in ${duration(durationMs)}: ${result.sent} visitors`,
    ...measured(result),
    `${duration(downMs)} down`,
    `both versions answered for ${duration(mixedMs)}`,
    ...(result.doubt === undefined ? [] : [`NOT VALID: ${result.doubt}`]),
  ].join(', ');

/** How it goes, in one line. */
export const loadProgress = ({ durationMs = 0 }: LoadOrder, reading: Reading): string => {
  const { toMs, sentPerS, outstanding, failures } = reading;
  const [most] = failures;
  return [
    `${Math.round(toMs / 1000)} s of ${durationMs / 1000} s: ${Math.round(sentPerS)}/s`,
    ...measured(reading),
    ...(most ? [`mostly ${most.reason}`] : []),
    `${outstanding} waiting`,
  ].join(', ');
};

/** One line for each reason why visitors failed. */
export const loadDetails = ({ failures }: LoadResult): string[] =>
  failures.map(({ reason, count }) => `${count} failed: ${reason}`);

const measured = ({ failed, availability, p50, p95, p99 }: LoadResult): string[] => [
  `${failed} failed`,
  ...(availability === undefined ? [] : [`availability ${percent(availability)}`]),
  ...(p50 === undefined || p95 === undefined || p99 === undefined
    ? []
    : [`p50 ${duration(p50)}`, `p95 ${duration(p95)}`, `p99 ${duration(p99)}`]),
];

/** Never rounded up to 100 %: that would hide a failure. */
export const percent = (share: number): string => {
  const text = (Math.floor(share * 10_000) / 100).toFixed(2);
  return `${share === 1 ? '100' : text} %`;
};

/** `0.4 ms`, `43 ms`, `12.3 s`. */
export const duration = (ms: number): string => {
  if (ms >= 9999.5) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms.toFixed(ms < 9.95 ? 1 : 0)} ms`;
};
