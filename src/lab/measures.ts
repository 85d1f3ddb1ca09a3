import type { LoadResult } from '../stack/traffic/result.ts';
import type { Observed } from './language.ts';

/** What was measured, in base units (milliseconds, counts), under the words that comparisons use. */
export const measuresOf = (observed: Observed): Readonly<Record<string, number>> => {
  switch (observed.kind) {
    case 'request': {
      const { status, durationMs } = observed.trace;
      return { ...(status !== undefined && { status }), duration: durationMs };
    }
    case 'resolve':
      return { duration: observed.resolution.hop.durationMs };
    case 'sql': {
      const { rows, affected, durationMs } = observed.result;
      return { rows: rows.length, affected, duration: durationMs };
    }
    case 'load':
      return loadMeasures(observed.result);
    case 'deploy': {
      const { durationMs, downMs, mixedMs, ratePerS: _, ...result } = observed.result;
      return { ...loadMeasures(result), duration: durationMs, down: downMs, mixed: mixedMs };
    }
    case 'chaos': {
      const { matrix } = observed.result;
      const survived = matrix.filter(line => line.survived).length;
      return { targets: matrix.length, survived, lost: matrix.length - survived };
    }
    case 'done':
      return { duration: observed.durationMs };
    case 'logs':
      return { lines: observed.lines.length };
    case 'status':
    case 'error':
      return {};
  }
};

const loadMeasures = ({ sent, failed, availability, p50, p95, p99, valid }: LoadResult) => ({
  sent,
  failed,
  ...present({ availability, p50, p95, p99 }),
  valid: Number(valid),
});

const present = (measures: Readonly<Record<string, number | undefined>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(measures).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
