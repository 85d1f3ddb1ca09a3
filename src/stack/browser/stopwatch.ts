export interface Stopwatch {
  /** Milliseconds since the start of the trace, to the microsecond. */
  now(): number;
  since(startMs: number): number;
}

export const startStopwatch = (): Stopwatch => {
  const start = performance.now();
  const rounded = (ms: number) => Math.round(ms * 1000) / 1000;
  const now = () => rounded(performance.now() - start);
  return { now, since: startMs => rounded(now() - startMs) };
};
