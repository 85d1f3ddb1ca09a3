import type { Given } from './model.ts';

const number = String.raw`([+-]?\d+(?:\.\d+)?)`;
const pattern = new RegExp(
  String.raw`^Given:\s*([A-Za-z]\w*)\s*=\s*${number}\s*\.\.\s*${number}(?:\s+step\s+${number})?$`,
);

/** Reads `Given: n = 10..50 step 5`; without a step it is 1. */
export const parseGiven = (line: string): Given | { problem: string } => {
  const match = pattern.exec(line.trim());
  if (!match)
    return { problem: `"${line.trim()}" cannot be read, expected such as Given: n = 10..50 step 5` };
  const [, name = '', min, max, step = '1'] = match;
  const given = { name, min: Number(min), max: Number(max), step: Number(step) };
  if (given.step <= 0) return { problem: `the step of ${name} is ${step}, expected a number above 0` };
  if (given.max <= given.min)
    return { problem: `${name} goes from ${min} to ${max}, expected the smaller number first` };
  const steps = (given.max - given.min) / given.step;
  if (Math.abs(steps - Math.round(steps)) > 1e-9)
    return {
      problem: `the steps of ${step} from ${min} do not meet ${max}, expected a range in whole steps`,
    };
  return given;
};

const stepsOf = ({ min, max, step }: Given): number => Math.round((max - min) / step);

// Adding 0.1 three times is not 0.3; the learner must see the number that the author meant.
const valueAt = ({ min, step }: Given, index: number): number => Number((min + step * index).toFixed(9));

/** FNV-1a, finished with the mixer of MurmurHash3: neighbouring seeds give unrelated draws. */
const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
};

/** Draws a value for every name; the same seed always draws the same. */
export const instantiate = (given: readonly Given[], seed: number | string): Record<string, number> =>
  Object.fromEntries(
    given.map(range => [range.name, valueAt(range, hash(`${seed}/${range.name}`) % (stepsOf(range) + 1))]),
  );

/** Every combination of values, or the first `limit` of them. */
export function* combinations(given: readonly Given[], limit = 10_000): Generator<Record<string, number>> {
  const sizes = given.map(range => stepsOf(range) + 1);
  const total = Math.min(
    limit,
    sizes.reduce((product, size) => product * size, 1),
  );
  for (let index = 0; index < total; index++) {
    let rest = index;
    const values: Record<string, number> = {};
    for (const [position, range] of given.entries()) {
      const size = sizes[position] as number;
      values[range.name] = valueAt(range, rest % size);
      rest = Math.floor(rest / size);
    }
    yield values;
  }
}

const placeholder = /\{([A-Za-z]\w*)\}/g;

/** The names that a text shows as `{n}`. */
export const placeholdersIn = (markdown: string): string[] =>
  [...markdown.matchAll(placeholder)].map(match => match[1] as string);

/** Puts the drawn numbers into the `{n}` of a prompt or explanation; other braces stay. */
export const fillIn = (markdown: string, values: Readonly<Record<string, number>>): string =>
  markdown.replace(placeholder, (whole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : whole,
  );
