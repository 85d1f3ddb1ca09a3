import type { Exchange } from '../serve/exchange.ts';
import type { Template } from './model.ts';

/** A `map`: values of a text, and what each stands for. */
export interface Mapping {
  source: Template;
  /** In lower case, as nginx does not tell cases apart here. */
  exact: Map<string, Template>;
  /** Asked in the order of the file, when no exact one fits. */
  patterns: { pattern: RegExp; value: Template }[];
  otherwise: Template | undefined;
}

/** Those that are being evaluated: one may lead round to itself. */
const busy = new Set<Mapping>();

/** What a request's variable has become; undefined where no line fits. */
export const mapped = (mapping: Mapping | undefined, x: Exchange): string | undefined => {
  if (!mapping || busy.has(mapping)) return undefined;
  busy.add(mapping);
  try {
    return valueFor(mapping, x);
  } finally {
    busy.delete(mapping);
  }
};

const valueFor = ({ source, exact, patterns, otherwise }: Mapping, x: Exchange): string | undefined => {
  const text = source(x);
  const found = exact.get(text.toLowerCase());
  if (found) return found(x);
  for (const { pattern, value } of patterns) {
    const captures = pattern.exec(text);
    if (!captures) continue;
    x.captures = captures;
    return value(x);
  }
  return otherwise?.(x);
};
