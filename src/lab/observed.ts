import type { Resolution, Trace } from '../stack/browser/trace.ts';
import type { PartStatus, SqlResult } from '../stack/stack.ts';
import type { Observed } from './language.ts';
import { visible } from './visible.ts';

/** What was observed, in one short plain line without control characters. */
export const summarize = (observed: Observed): string => {
  switch (observed.kind) {
    case 'request':
      return visible(requestSummary(observed.trace));
    case 'resolve':
      return visible(resolveSummary(observed.resolution));
    case 'sql':
      return visible(sqlSummary(observed.result));
    case 'logs':
      return counted(observed.lines.length, 'line');
    case 'status':
      return observed.parts.map(({ part, state }) => `${part} ${state}`).join(', ');
    case 'done':
      return visible(`${observed.message ?? 'done'}, ${duration(observed.durationMs)}`);
    case 'error':
      return visible(observed.message);
  }
};

/** What stands behind the summary, line by line: rows, log lines, parts, or who said why a request failed. */
export const details = (observed: Observed): string[] => {
  switch (observed.kind) {
    case 'request':
      return observed.trace.message ? [visible(observed.trace.message)] : [];
    case 'sql':
      return table(observed.result);
    case 'logs':
      return observed.lines.map(visible);
    case 'status':
      return observed.parts.map(partLine);
    case 'resolve':
    case 'done':
    case 'error':
      return [];
  }
};

const requestSummary = ({ outcome, via, durationMs }: Trace): string =>
  [outcome, ...(via.length > 0 ? [`via ${via.join(' ')}`] : []), duration(durationMs)].join(', ');

const resolveSummary = ({ outcome, values, hop }: Resolution): string =>
  `${outcome === 'ok' ? values.join(' ') : outcome}, ${duration(hop.durationMs)}`;

const sqlSummary = ({ columns, rows, affected, durationMs }: SqlResult): string => {
  const found = columns.length > 0 ? counted(rows.length, 'row') : `${counted(affected, 'row')} affected`;
  return `${found}, ${duration(durationMs)}`;
};

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** `0.4 ms`, `43 ms`, `12.3 s`. */
const duration = (ms: number): string => {
  if (ms >= 9999.5) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms.toFixed(ms < 9.95 ? 1 : 0)} ms`;
};

const table = ({ columns, rows }: SqlResult): string[] =>
  columns.length === 0
    ? []
    : [columns, ...rows].map(cells => cells.map(cell => visible(String(cell ?? 'NULL'))).join(' | '));

const partLine = ({ id, state, address, here, pid, label }: PartStatus): string =>
  visible(
    `${id} ${state}, ${address.host}:${address.port} (here ${here.host}:${here.port})${pid === undefined ? '' : `, pid ${pid}`}, ${label}`,
  );
