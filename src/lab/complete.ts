import { partNames, partsOf, type Topology } from '../stack/topology.ts';
import { commandSpecs } from './commands/table.ts';
import { failureWords, measureKinds } from './expectation.ts';
import { splitWords } from './words.ts';

/**
 * What the input could become: each candidate is the whole input with its last word completed, in the order of
 * the language. An input that ends in a space asks for the next word. `files`: those that can be changed, by name.
 */
export const complete = (input: string, topology: Topology, files: readonly string[] = []): string[] => {
  const words = splitWords(input);
  if ('problem' in words) return [];
  const last = words.at(-1);
  // Behind a comment, or inside a word that has been put in quotes, there is nothing to complete.
  if (last && last.end !== input.length && input.slice(last.end).trim() !== '') return [];
  if (!last && input.trim() !== '') return [];
  const start = last && last.end === input.length ? last.start : input.length;
  const typed = input.slice(start);
  const before = words.filter(({ end }) => end <= start).map(({ text }) => text);
  return candidates(before, topology, files)
    .filter(word => word.startsWith(typed) && word !== typed)
    .map(word => input.slice(0, start) + word);
};

const candidates = (
  before: readonly string[],
  topology: Topology,
  files: readonly string[],
): readonly string[] => {
  const [name, ...rest] = before;
  if (name === undefined) return commandSpecs.map(spec => spec.name);
  const separator = rest.lastIndexOf('=>');
  if (separator >= 0) return expectationWords(rest.slice(separator + 1), topology);
  return commandSpecs.find(spec => spec.name === name)?.complete?.(rest, topology, files) ?? [];
};

const expectationWords = (before: readonly string[], topology: Topology): readonly string[] => {
  const [first, ...rest] = before;
  const there = partsOf(topology);
  // Nobody's request goes through the one that watches.
  const names = partNames.filter(name => name !== 'failover' && there.some(({ part }) => part === name));
  if (first === undefined)
    return ['200', '404', '502', 'ok', 'failed', ...failureWords, 'via', ...Object.keys(measureKinds)];
  if (first === 'via') return names.filter(part => !rest.includes(part));
  if (/^\d{3}$/.test(first)) return [['from'], names][rest.length] ?? [];
  return [];
};
