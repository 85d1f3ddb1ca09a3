import { describe, expect, it } from 'vitest';
import { loadCourse } from '../../src/course/load.ts';
import { parseGlossary } from '../../src/course/parse-glossary.ts';
import { searchGlossary } from '../../src/course/search-glossary.ts';
import { builtInCourse, loopCourse } from '../tui/fixtures.ts';

const source = `# Words

Read me.

## Zone {#zone}

All records of a domain.

In one file.

Taught in [Records](lessons/03-dns.md#records) and [Who is asked](lessons/03-dns.md#who).

## \`A\` record {#a-record}

An address.
`;

describe('a glossary', () => {
  it('has its words by the alphabet, each with its text and the steps that teach it', () => {
    expect(parseGlossary(source)).toEqual({
      problems: [],
      glossary: [
        { id: 'a-record', line: 13, term: '`A` record', markdown: 'An address.', taughtBy: [] },
        {
          id: 'zone',
          line: 5,
          term: 'Zone',
          markdown: 'All records of a domain.\n\nIn one file.',
          taughtBy: [
            { lesson: 'dns', step: 'records', line: 11 },
            { lesson: 'dns', step: 'who', line: 11 },
          ],
        },
      ],
    });
  });

  it.each([
    ['', 1, 'the file has no words'],
    ['## Zone\n\nText.', 1, 'has no word or no id'],
    ['## A {#a}\n\n## B {#b}\n\nText.', 1, '"A" is not explained'],
    ['## A {#a}\n\nText.\n\n## B {#a}\n\nText.', 5, 'the id "a" is used in line 1'],
    ['## A {#a}\n\nText.\n\nTaught in [x](https://example.org/).', 5, 'names no step of a lesson'],
  ])('%j is reported', (text, line, message) => {
    const { problems } = parseGlossary(text);
    expect(problems[0]).toMatchObject({
      file: 'glossary.md',
      line,
      message: expect.stringContaining(message),
    });
  });

  it('belongs to the course, which may go without', async () => {
    const { course } = await loadCourse(loopCourse);
    expect(course.glossary?.map(({ id }) => id)).toEqual(['dns', 'gateway', 'ttl']);
    const { course: bare } = await loadCourse(`${loopCourse}/lessons`);
    expect(bare.glossary).toBeUndefined();
  });

  it('of the built-in course has at least 60 words, none of them long', async () => {
    const { course, problems } = await loadCourse(builtInCourse);
    expect(problems.filter(({ file }) => file === 'glossary.md')).toEqual([]);
    expect(course.glossary?.length).toBeGreaterThanOrEqual(60);
    for (const { term, markdown } of course.glossary ?? [])
      expect(markdown.length, `${term} is longer than a screen at 60x20`).toBeLessThan(320);
  });
});

it('is searched in names first, then in explanations', () => {
  const { glossary } = parseGlossary(source);
  const ids = (sought: string) => searchGlossary(glossary, sought).map(({ id }) => id);
  expect(ids('record')).toEqual(['a-record', 'zone']);
  expect(ids(' DOMAIN ')).toEqual(['zone']);
  expect(ids('')).toEqual(['a-record', 'zone']);
  expect(ids('nothing')).toEqual([]);
});
