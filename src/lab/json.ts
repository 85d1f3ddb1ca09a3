import type { LoadResult } from '../stack/traffic/result.ts';
import type { Observed } from './language.ts';
import type { LineResult } from './run.ts';

/** One object of the JSON Lines of `lab --run --json`; what is unknown is null, never left out. */
export const toJson = ({ line, ok, expected, observed }: LineResult) => ({
  line: line.line,
  command: line.command.source,
  ok,
  expected: expected ?? null,
  observed: observedJson(observed),
});

const observedJson = (observed: Observed) => {
  switch (observed.kind) {
    case 'request': {
      const { status = null, from = null, failure = null, via, durationMs } = observed.trace;
      return { status, from, failure, via, durationMs: rounded(durationMs) };
    }
    case 'resolve': {
      const { outcome, values, hop } = observed.resolution;
      return { outcome, values, durationMs: rounded(hop.durationMs) };
    }
    case 'sql': {
      const { columns, rows, affected, durationMs } = observed.result;
      return { columns, rows, affected, durationMs: rounded(durationMs) };
    }
    case 'logs':
      return { lines: observed.lines };
    case 'status':
      return { parts: observed.parts.map(part => ({ ...part, pid: part.pid ?? null })) };
    case 'load':
      return loadJson(observed.result);
    case 'deploy': {
      const { durationMs, downMs, mixedMs } = observed.result;
      return {
        ...loadJson(observed.result),
        durationMs: rounded(durationMs),
        downMs: rounded(downMs),
        mixedMs: rounded(mixedMs),
      };
    }
    case 'chaos':
      return {
        matrix: observed.result.matrix.map(({ target, survived, availability, recoveryMs, reasons }) => ({
          target,
          survived,
          availability,
          recoveryMs: rounded(recoveryMs),
          reasons,
        })),
      };
    case 'done':
      return { message: observed.message ?? null, durationMs: rounded(observed.durationMs) };
    case 'error':
      return { error: observed.message };
  }
};

const loadJson = ({ sent, failed, availability, p50, p95, p99, valid }: LoadResult) => {
  const time = (ms: number | undefined): number | null => (ms === undefined ? null : rounded(ms));
  return {
    sent,
    failed,
    availability: availability ?? null,
    p50: time(p50),
    p95: time(p95),
    p99: time(p99),
    valid,
  };
};

/** Clocks of this machine are not exact below a microsecond. */
const rounded = (ms: number): number => Number(ms.toFixed(3));

/** One line of JSON; what a terminal might obey (DEL and C1, which JSON leaves as they are) is escaped too. */
export const jsonLine = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[\x7f-\x9f]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
