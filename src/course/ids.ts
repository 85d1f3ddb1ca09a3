import { plainText } from './plain-text.ts';
import type { Report } from './report.ts';

/** Something that needs an id among its likes; without one of its own, it is made from the words. */
export interface Unnamed<T> {
  id: string | undefined;
  words: string;
  line: number;
  value: T;
}

/** `user-story` of `lessons/01-user-story.md`. */
export const fileId = (file: string): string =>
  (file.split('/').at(-1) ?? '').replace(/\.md$/, '').replace(/^\d+-/, '');

/** An id made from the words, for what may go without one of its own. */
export const slug = (markdown: string): string =>
  plainText(markdown)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-|-$/g, '');

/** Gives each its id; ids of their own are never changed by those that are made. */
export const nameAll = <T>(items: readonly Unnamed<T>[], report: Report): (T & { id: string })[] => {
  const used = new Set<string>();
  for (const { id, line } of items) {
    if (id === undefined) continue;
    if (used.has(id))
      report(line, `the id "${id}" is used twice in this question, expected ids of their own`);
    used.add(id);
  }
  return items.map(({ id, words, value }) => {
    if (id !== undefined) return { id, ...value };
    const wanted = slug(words) || 'item';
    let free = wanted;
    for (let count = 2; used.has(free); count++) free = `${wanted}-${count}`;
    used.add(free);
    return { id: free, ...value };
  });
};
