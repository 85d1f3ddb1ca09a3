import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filesOf, isBuiltIn, isQuiz, sectionsOf } from './check/files.ts';
import { checkGuessers } from './check/guess.ts';
import { checkLength } from './check/length.ts';
import { checkLinks } from './check/links.ts';
import { checkMisconceptions } from './check/misconceptions.ts';
import { checkObjectives } from './check/objectives.ts';
import { checkOptions } from './check/options.ts';
import { checkTargets } from './check/targets.ts';
import { checkTaught } from './check/taught.ts';
import { cleanText } from './clean-text.ts';
import type { Course, Problem } from './model.ts';
import { glossaryFile } from './parse-glossary.ts';
import { misconceptionsFile } from './parse-misconceptions.ts';

/** What the parser cannot tell: what only the whole course shows, and what makes a course that can be read a good one. */
export const checkCourse = async (course: Course): Promise<Problem[]> => {
  const files = filesOf(course);
  const always = isBuiltIn(course);
  const names = [
    ...files.map(({ file }) => file),
    ...(course.misconceptions ? [misconceptionsFile] : []),
    ...(course.glossary ? [glossaryFile] : []),
  ];
  const sources = new Map(
    await Promise.all(
      names.map(
        async (name): Promise<[string, string]> => [name, await readFile(join(course.dir, name), 'utf8')],
      ),
    ),
  );
  const sourceOf = (file: string): string => sources.get(file) ?? '';
  const ids = new Map(files.map(file => [file.file, sectionsOf(file).map(({ id }) => id)]));
  const links = await Promise.all(
    names.map(name => checkLinks(name, sourceOf(name), { dir: course.dir, ids })),
  );
  const found = [
    ...files.flatMap(file => [
      ...checkTargets(file),
      ...checkOptions(file),
      ...checkGuessers(file),
      ...checkLength(file, sourceOf(file.file)),
      ...checkObjectives(file, sourceOf(file.file), always),
      ...(isQuiz(file) ? checkTaught(file, always) : []),
    ]),
    ...checkMisconceptions(course, sources),
    ...links.flat(),
  ].map(problem => ({ ...problem, message: cleanText(problem.message) }));
  const order = ({ file }: Problem): number => (names.includes(file) ? names.indexOf(file) : names.length);
  return found.toSorted((one, other) => order(one) - order(other) || one.line - other.line);
};
