import { nearest } from '../../lab/nearest.ts';
import type { Problem } from '../model.ts';
import { type CourseFile, lineOf, meant, problem, sectionsOf } from './files.ts';

/** Objectives that no section serves, where all have to name theirs: in the built-in course, or once one does. */
export const checkObjectives = (file: CourseFile, source: string, always: boolean): Problem[] => {
  const { objectives, objectiveSections } = file;
  if (!objectiveSections && !always) return [];
  const ids = sectionsOf(file).map(({ id }) => id);
  return objectives.flatMap((objective, index) => {
    const line = lineOf(source, objective);
    const named = objectiveSections?.[index] ?? [];
    if (named.length === 0) {
      const example = `expected those that serve it behind it: "- ${objective}: [${ids[0] ?? 'some-id'}]"`;
      return [problem(file, line, `the objective "${objective}" names no section, ${example}`)];
    }
    return named
      .filter(id => !ids.includes(id))
      .map(id =>
        problem(file, line, `the objective names "${id}", which is no section${meant(nearest(id, ids))}`),
      );
  });
};
