import type { Exchange } from '../serve/exchange.ts';
import { findVariable, type Variable } from '../serve/variables.ts';
import { ConfError, type Place } from './error.ts';
import type { Template } from './model.ts';

/** Hears of names that are no variables of nginx's own, and gives what they stand for. */
type Unknown = (name: string) => Variable;

interface Options {
  place: Place;
  unknown: Unknown;
  /** How a value is written; undefined stands for a variable that has none. */
  write?: (value: string | undefined) => string;
}

const plain = (value: string | undefined): string => value ?? '';

/** Text with `$name` and `${name}`. Throws ConfError for a broken name. */
export const compile = (text: string, { place, unknown, write = plain }: Options): Template => {
  const parts: (string | Variable)[] = [];
  let rest = text;
  for (;;) {
    const dollar = rest.indexOf('$');
    if (dollar < 0) break;
    if (dollar > 0) parts.push(rest.slice(0, dollar));
    const [, braced, name] = /^(\{)?(\w*)/.exec(rest.slice(dollar + 1)) ?? [];
    const length = (braced ? 2 : 1) + (name?.length ?? 0);
    if (!name) throw new ConfError('invalid variable name', place);
    if (braced && rest[dollar + length] !== '}') {
      throw new ConfError(`the closing bracket in "${name}" variable is missing`, place);
    }
    parts.push(findVariable(name) ?? unknown(name.toLowerCase()));
    rest = rest.slice(dollar + length + (braced ? 1 : 0));
  }
  if (rest) parts.push(rest);
  const [first, second] = parts;
  if (first === undefined) return () => '';
  if (second === undefined && typeof first === 'string') return () => first;
  return (x: Exchange) => {
    let filled = '';
    for (const part of parts) filled += typeof part === 'string' ? part : write(part(x));
    return filled;
  };
};
