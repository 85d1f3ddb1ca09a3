import type { ChaosResult, Survival } from '../stack/chaos/result.ts';
import { duration, percent } from './load-text.ts';

/** What came of chaos, in one line. */
export const chaosSummary = ({ matrix }: ChaosResult): string => {
  const lost = matrix.filter(({ survived }) => !survived);
  const all = `${matrix.length} killed in turn, ${matrix.length - lost.length} survived`;
  return lost.length === 0 ? all : `${all}, lost: ${lost.map(({ target }) => target).join(' ')}`;
};

/** The survival matrix, a line each. */
export const chaosMatrix = ({ matrix }: ChaosResult): string[] => {
  const rows = [['killed', 'survived', 'availability', 'back after', 'mostly'], ...matrix.map(row)];
  const widths = [0, 1, 2, 3].map(at => Math.max(...rows.map(cells => cells[at]?.length ?? 0)));
  return rows.map(cells =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};

const row = ({ target, survived, availability, recoveryMs, reasons }: Survival): string[] => {
  const [reason = ''] = Object.entries(reasons).toSorted(([, a], [, b]) => b - a)[0] ?? [];
  return [target, survived ? 'yes' : 'NO', percent(availability), duration(recoveryMs), reason];
};
