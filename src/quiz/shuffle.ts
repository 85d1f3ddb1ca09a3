import { randomFrom } from './random.ts';

/** A permutation that depends on the key alone (Fisher-Yates). */
export function shuffled<T>(items: readonly T[], key: string): T[] {
  const random = randomFrom(key);
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const moved = result[last] as T;
    result[last] = result[other] as T;
    result[other] = moved;
  }
  return result;
}

/** Like `shuffled`, but never in the order given, which would be the answer; items of one label are the same. */
export function scrambled<T>(items: readonly T[], key: string, label: (item: T) => string): T[] {
  const result = shuffled(items, key);
  const sorted = (candidate: T[]) => candidate.every((item, at) => label(item) === label(items[at] as T));
  for (let turn = 0; turn < items.length && sorted(result); turn++) {
    result.push(result.shift() as T);
  }
  return result;
}
