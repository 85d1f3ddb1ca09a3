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
    case 'done':
      return { duration: observed.durationMs };
    case 'logs':
    case 'status':
    case 'error':
      return {};
  }
};
