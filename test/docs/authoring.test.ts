import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkCourse } from '../../src/course/check.ts';
import { loadCourse } from '../../src/course/load.ts';
import { questionOf } from '../../src/course/sections.ts';

const docs = new URL('../../docs/', import.meta.url);
const page = readFileSync(new URL('authoring.md', docs), 'utf8');
const shown = [...page.matchAll(/^````markdown\n(.*?)^````$/gms)].map(([, text]) => text);

describe('docs/authoring.md', () => {
  it('shows the files of the example course as they are', () => {
    const files = ['lessons/01-first-steps.md', 'quizzes/first-steps.md', 'misconceptions.md'];
    expect(shown).toEqual(files.map(file => readFileSync(new URL(`example-course/${file}`, docs), 'utf8')));
  });

  it('has an example course without a problem, with every kind of question and a challenge', async () => {
    const { course, problems } = await loadCourse(fileURLToPath(new URL('example-course', docs)));
    expect([...problems, ...(await checkCourse(course))]).toEqual([]);
    const sections = course.quizzes.flatMap(({ questions }) => questions);
    expect(new Set(sections.map(section => questionOf(section)?.kind ?? 'challenge'))).toEqual(
      new Set(['choice', 'multiple', 'order', 'match', 'text', 'numeric', 'prediction', 'challenge']),
    );
  });
});
