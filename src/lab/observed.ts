import type { Resolution, Trace } from '../stack/browser/trace.ts';
import type { PartStatus, SqlResult } from '../stack/stack.ts';
import { partsOf, type Topology } from '../stack/topology.ts';
import { chaosMatrix, chaosSummary } from './chaos-text.ts';
import type { Observed } from './language.ts';
import { deploySummary, duration, loadDetails, loadSummary } from './load-text.ts';
import { plannedRole } from './role.ts';
import { table } from './table.ts';
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
      return observed.parts.map(part => `${nameIn(observed.parts, part)} ${part.state}`).join(', ');
    case 'load':
      return visible(loadSummary(observed.order, observed.result));
    case 'deploy':
      return visible(deploySummary(observed.order, observed.result));
    case 'chaos':
      return visible(chaosSummary(observed.result));
    case 'done':
      return visible(`${observed.message ?? 'done'}, ${duration(observed.durationMs)}`);
    case 'error':
      return visible(observed.message);
  }
};

/**
 * What stands behind the summary, line by line: rows, log lines, parts, or who said why a request failed. Rows are
 * drawn so that they fit into `width` cells, where that is possible.
 */
export const details = (observed: Observed, width = Number.POSITIVE_INFINITY): string[] => {
  switch (observed.kind) {
    case 'request':
      return observed.trace.message ? [visible(observed.trace.message)] : [];
    case 'sql':
      return table(observed.result, width);
    case 'logs':
      return observed.lines.map(visible);
    case 'status':
      return observed.parts.map(part => partLine(part, observed.topology));
    case 'load':
    case 'deploy':
      return loadDetails(observed.result).map(visible);
    case 'chaos':
      return chaosMatrix(observed.result).map(visible);
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

/** Its kind, or its id where there is more than one of that kind. */
const nameIn = (parts: readonly PartStatus[], { id, part }: PartStatus): string =>
  parts.filter(other => other.part === part).length > 1 ? id : part;

const partLine = (
  { id, state, address, here, pid, label, version }: PartStatus,
  topology: Topology | undefined,
): string => {
  const plan = topology && partsOf(topology).find(other => other.id === id);
  const role = plan && topology && plannedRole(plan, topology);
  return visible(
    [
      `${id} ${state}`,
      ...(role === undefined ? [] : [role]),
      ...(version === undefined ? [] : [`version ${version}`]),
      `${address.host}:${address.port} (here ${here.host}:${here.port})`,
      ...(pid === undefined ? [] : [`pid ${pid}`]),
      label,
    ].join(', '),
  );
};
