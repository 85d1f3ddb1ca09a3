import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { optionsOf, sectionsOf } from '../../src/course/check/files.ts';
import { loadCourse } from '../../src/course/load.ts';
import type { Step } from '../../src/course/model.ts';
import { questionOf } from '../../src/course/sections.ts';

const page = readFileSync(new URL('../../docs/coverage.md', import.meta.url), 'utf8');
const { course } = await loadCourse(fileURLToPath(new URL('../..', import.meta.url)), { builtIn: true });

const sections = new Map<string, Step>(
  [...course.lessons, ...course.quizzes].flatMap(file =>
    sectionsOf(file).map((section): [string, Step] => [`../${file.file}#${section.id}`, section]),
  ),
);

interface Line {
  id: string;
  links: string[];
}

const lines = [...page.matchAll(/^\| ([A-Z]\d+) \| (.*) \|$/gm)].map(
  ([, id = '', cells = '']): Line => ({
    id,
    links: [...(cells.split(' | ').at(-1) ?? '').matchAll(/\]\(([^)]*)\)/g)].map(([, href = '']) => href),
  }),
);

// The rows of the sources come first: A, B and C are letters of statements, and none of the bank's.
const bank = (course.misconceptions ?? []).map(({ id }) => id);
const statements = lines.filter(({ id }) => /^[ABC]/.test(id));
const misconceptions = lines.filter(({ id }) => !/^[ABC]/.test(id));

/** How many statements the two sources make, and how many things they say loosely. */
const counts = { A: 60, B: 27, C: 6 };

describe('docs/coverage.md', () => {
  it('has every statement of the sources, and every misconception of the bank', () => {
    const numbered = Object.entries(counts).flatMap(([letter, count]) =>
      Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
    );
    expect(statements.map(({ id }) => id)).toEqual(numbered);
    expect(bank).toHaveLength(43);
    expect(misconceptions.map(({ id }) => id)).toEqual(bank);
  });

  it.each(lines.map(({ id, links }) => [id, links] as const))('%s is taught somewhere', (_, links) => {
    expect(links).not.toEqual([]);
    for (const link of links) expect(sections.has(link), link).toBe(true);
  });

  it.each(misconceptions.map(({ id, links }) => [id, links] as const))(
    '%s can be chosen where it is said to be met',
    (id, links) => {
      for (const link of links) {
        const section = sections.get(link);
        const options = section ? optionsOf(questionOf(section)) : [];
        expect(options.map(({ misconception }) => misconception)).toContain(id);
      }
    },
  );
});
