import { nearest } from '../lab/nearest.ts';
import { UsageError } from './exit.ts';

/** The one of that name, the first one where none is given. Throws UsageError with the nearest name. */
export const find = <T extends { id: string }>(
  all: readonly T[],
  name: string | undefined,
  kind: string,
): T => {
  const found = name === undefined ? all[0] : all.find(({ id }) => id === name);
  if (found) return found;
  throw unknown(
    kind,
    name ?? '',
    all.map(({ id }) => id),
  );
};

export const unknown = (kind: string, name: string, names: readonly string[]): UsageError => {
  const near = nearest(name, names);
  return new UsageError(
    `there is no ${kind} "${name}": ${near ? `did you mean ${near}?` : `there is ${names.join(', ')}`}`,
  );
};
