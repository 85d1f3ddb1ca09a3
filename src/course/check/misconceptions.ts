import { nearest } from '../../lab/nearest.ts';
import type { Course, Problem } from '../model.ts';
import { misconceptionsFile } from '../parse-misconceptions.ts';
import { questionOf } from '../sections.ts';
import { filesOf, isBuiltIn, lineOf, meant, optionsOf, problem, sectionsOf } from './files.ts';

/** Ids on options that are not in the bank, and, in the built-in course, entries that no option stands for. */
export const checkMisconceptions = (course: Course, sources: ReadonlyMap<string, string>): Problem[] => {
  const { misconceptions } = course;
  if (!misconceptions) {
    const message = 'the file is missing, expected a table of what people get wrong';
    return isBuiltIn(course) ? [{ file: misconceptionsFile, line: 1, message }] : [];
  }
  const known = misconceptions.map(({ id }) => id);
  const met = new Set<string>();
  const unknown = filesOf(course).flatMap(file =>
    sectionsOf(file).flatMap(section =>
      optionsOf(questionOf(section)).flatMap(({ id, misconception, correct }): Problem[] => {
        if (misconception === undefined) return [];
        const line = lineOf(sources.get(file.file) ?? '', `{#${id} .${misconception}}`);
        if (correct)
          return [
            problem(
              file,
              line,
              `the right option ${id} stands for ".${misconception}", expected it on wrong ones`,
            ),
          ];
        met.add(misconception);
        if (known.includes(misconception)) return [];
        const near = meant(
          nearest(
            misconception,
            known.map(id => id.toLowerCase()),
          )?.toUpperCase(),
        );
        return [problem(file, line, `".${misconception}" is not in ${misconceptionsFile}${near}`)];
      }),
    ),
  );
  const unmet = isBuiltIn(course) ? misconceptions.filter(({ id }) => !met.has(id)) : [];
  return [
    ...unknown,
    ...unmet.map(({ id, line }) => ({
      file: misconceptionsFile,
      line,
      message: `no option of a lesson or quiz stands for ${id}, expected one with .${id} behind its id`,
    })),
  ];
};
