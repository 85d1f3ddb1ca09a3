import { expect, it } from 'vitest';
import { loadCourse } from '../../src/course/load.ts';
import { glossaryLines } from '../../src/plain/glossary.ts';
import { builtInCourse, loopCourse } from '../tui/fixtures.ts';
import { tooWide } from './scripted-console.ts';

const { course } = await loadCourse(loopCourse);

it('prints a word, what it means and where it is taught', () => {
  expect(glossaryLines(course, 'Gateway', 80)).toEqual([
    'Gateway',
    '  Whoever passes a request on.',
    '  Taught in the lesson Who answers: The application is gone.',
  ]);
});

it('prints the word itself alone, and else every word that has it in it', () => {
  const words = (sought?: string) =>
    glossaryLines(course, sought, 80).filter(line => line !== '' && !line.startsWith(' '));
  expect(words('dns')).toEqual(['DNS']);
  expect(words('dn')).toEqual(['DNS', 'TTL']);
  expect(words()).toEqual(['DNS', 'Gateway', 'TTL']);
  expect(words('zzz')).toEqual([]);
});

it('fits the width, and has no marks of Markdown in it', async () => {
  const { course: built } = await loadCourse(builtInCourse);
  const text = glossaryLines(built, undefined, 60).join('\n');
  expect(tooWide(text, 60)).toEqual([]);
  expect(text).not.toMatch(/[`*]|\]\(/);
});
