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
  /** Found out anew each time. */
  volatile: boolean;
}

/** What a request's variable has become, found out once; undefined where no line fits. */
export const mapped = (mapping: Mapping | undefined, x: Exchange): string | undefined => {
  if (!mapping) return undefined;
  x.mapped ??= new Map();
  if (!mapping.volatile && x.mapped.has(mapping)) return x.mapped.get(mapping);
  // One that leads round to itself finds this.
  if (!mapping.volatile) x.mapped.set(mapping, undefined);
  const value = valueFor(mapping, x);
  x.mapped.set(mapping, value);
  return value;
};

const valueFor = ({ source, exact, patterns, otherwise }: Mapping, x: Exchange): string | undefined => {
  const text = source(x);
  const found = exact.size > 0 ? exact.get(text.toLowerCase()) : undefined;
  if (found) return found(x);
  for (const { pattern, value } of patterns) {
    const captures = pattern.exec(text);
    if (!captures) continue;
    x.captures = captures;
    return value(x);
  }
  return otherwise?.(x);
};
