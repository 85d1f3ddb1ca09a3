import { access, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { LabLine } from '../lab/language.ts';
import { actions } from '../stack/stack.ts';
import { targetsOf, topologyByName } from '../stack/topology.ts';
import { cleanText, normaliseLines } from './clean-text.ts';
import type { Course, Lesson, Problem, Quiz, Step } from './model.ts';
import { cutFrontMatter } from './parse-front-matter.ts';
import { lex, place, walk } from './tokens.ts';

type CourseFile = Lesson | Quiz;

const stepsOf = (file: CourseFile): Step[] => ('steps' in file ? file.steps : file.questions);

/** What only the whole course can tell: targets of commands that the file's stack does not have, and dead links. */
export const checkCourse = async (course: Course): Promise<Problem[]> => {
  const files: CourseFile[] = [...course.lessons, ...course.quizzes];
  const links = await Promise.all(files.map(file => checkLinks(course, files, file)));
  return [...files.flatMap(checkTargets), ...links.flat()];
};

const commandsOf = (step: Step): LabLine[] =>
  step.items.flatMap(item => {
    if (item.kind === 'lab') return item.lab.lines;
    if (item.kind !== 'challenge') return [];
    const { setup, solution, nearMisses } = item.challenge;
    return [...setup, ...solution, ...nearMisses.flatMap(({ lines }) => lines)];
  });

const checkTargets = (file: CourseFile): Problem[] => {
  const targets = targetsOf(topologyByName(file.stack));
  const named: readonly string[] = [...actions, 'logs'];
  return stepsOf(file).flatMap(step =>
    commandsOf(step).flatMap(({ command, line }) => {
      const target = (command.source.split(/\s+/)[1] ?? '').replace(/^(["'])(.*)\1$/, '$2');
      if (!named.includes(command.name) || targets.includes(target)) return [];
      const message = `"${target}" is not in the stack ${file.stack}, expected one of ${targets.join(', ')}`;
      return [{ file: file.file, line, message }];
    }),
  );
};

interface Link {
  href: string;
  line: number;
}

const linksIn = (source: string): Link[] => {
  const { body, bodyLine } = cutFrontMatter(normaliseLines(source));
  return place(lex(body), bodyLine)
    .flatMap(walk)
    .flatMap(({ token, line }) =>
      token.type === 'link' || token.type === 'image' ? [{ href: token.href, line }] : [],
    );
};

const checkLinks = async (
  course: Course,
  files: readonly CourseFile[],
  { file }: CourseFile,
): Promise<Problem[]> => {
  const links = linksIn(await readFile(join(course.dir, file), 'utf8'));
  const problems = links.map(async ({ href, line }): Promise<Problem[]> => {
    const message = await problemOf(href, file, course.dir, files);
    return message === undefined ? [] : [{ file, line, message: cleanText(message) }];
  });
  return (await Promise.all(problems)).flat();
};

const problemOf = async (
  href: string,
  file: string,
  dir: string,
  files: readonly CourseFile[],
): Promise<string | undefined> => {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(href)?.[1]?.toLowerCase();
  if (scheme !== undefined && ['http', 'https', 'mailto'].includes(scheme)) return undefined;
  if (scheme !== undefined || href.startsWith('/'))
    return `the link to "${href}" leads nowhere, expected https://... or a path relative to this file`;
  const [path = '', anchor] = href.split('#');
  const target = path === '' ? file : posix.join(posix.dirname(file), decode(path.replace(/\?.*$/, '')));
  const exists = await access(join(dir, target)).then(
    () => true,
    () => false,
  );
  if (!exists) return `the link to "${href}" leads nowhere, there is no ${target}`;
  const known = files.find(other => other.file === target);
  if (anchor && known && !stepsOf(known).some(({ id }) => id === anchor))
    return `the link to "${href}" leads nowhere, ${target} has no section {#${anchor}}`;
  return undefined;
};

const decode = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};
