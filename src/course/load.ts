import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanText, isClean } from './clean-text.ts';
import type { Course, Problem } from './model.ts';
import { longestFile, parseLesson, parseQuiz } from './parse-file.ts';
import { glossaryFile, parseGlossary } from './parse-glossary.ts';
import { misconceptionsFile, parseMisconceptions } from './parse-misconceptions.ts';

export interface Loaded {
  course: Course;
  problems: Problem[];
}

/**
 * Reads the course of a folder: `lessons/*.md` and `quizzes/*.md`, in the order of their names.
 * Never throws because of what the folder holds; what cannot be read is a problem.
 */
export const loadCourse = async (dir: string, { builtIn = false } = {}): Promise<Loaded> => {
  const problems: Problem[] = [];
  const lessons = (await readFolder(dir, 'lessons', problems)).map(({ file, source }) => {
    const parsed = parseLesson(file, source);
    problems.push(...parsed.problems);
    return parsed.lesson;
  });
  const quizzes = (await readFolder(dir, 'quizzes', problems)).map(({ file, source }) => {
    const parsed = parseQuiz(file, source);
    problems.push(...parsed.problems);
    return parsed.quiz;
  });
  if (lessons.length === 0)
    problems.push({
      file: 'lessons',
      line: 1,
      message: `there is no lesson in ${dir}, expected files such as lessons/01-name.md`,
    });
  problems.push(...sameIds(lessons), ...sameIds(quizzes));
  const misconceptions = await readBank(dir, problems);
  const glossary = await readGlossary(dir, problems);
  const id = builtIn ? 'built-in' : await realpath(dir).catch(() => dir);
  const course = {
    id,
    dir,
    lessons,
    quizzes,
    ...(glossary && { glossary }),
    ...(misconceptions && { misconceptions }),
  };
  return { course, problems };
};

/** A course may go without a bank. */
const readBank = async (dir: string, problems: Problem[]): Promise<Course['misconceptions']> => {
  const source = await readOptional(join(dir, misconceptionsFile));
  if (source === undefined) return undefined;
  const { bank, problems: found } = parseMisconceptions(source);
  problems.push(...found);
  return bank;
};

/** As the bank. */
const readGlossary = async (dir: string, problems: Problem[]): Promise<Course['glossary']> => {
  const source = await readOptional(join(dir, glossaryFile));
  if (source === undefined) return undefined;
  const { glossary, problems: found } = parseGlossary(source);
  problems.push(...found);
  return glossary;
};

const readOptional = async (path: string): Promise<string | undefined> => {
  const source = await stat(path)
    // Reading a pipe or a device might never end.
    .then(found => (found.isFile() ? readFile(path, 'utf8') : undefined))
    .catch(() => undefined);
  return source?.slice(0, longestFile);
};

interface SourceFile {
  file: string;
  source: string;
}

const readFolder = async (dir: string, folder: string, problems: Problem[]): Promise<SourceFile[]> => {
  // A missing folder is one without files.
  const names = await readdir(join(dir, folder)).catch((): string[] => []);
  const files = names.filter(name => /^[^._].*\.md$/.test(name) && name !== 'README.md').sort();
  const read = files.map(async (name): Promise<SourceFile | Problem> => {
    const file = `${folder}/${cleanText(name)}`;
    const leaveOut = (message: string): Problem => ({ file, line: 1, message });
    if (!isClean(name))
      return leaveOut(
        'the file name has characters that are never shown, expected such as 01-small-words.md',
      );
    const path = join(dir, folder, name);
    try {
      // Reading a pipe or a device might never end.
      if (!(await stat(path)).isFile()) return leaveOut('this is not a file, expected one with Markdown');
      return { file, source: await readFile(path, 'utf8') };
    } catch (error) {
      return leaveOut(`the file cannot be read: ${(error as Error).message}`);
    }
  });
  const found = await Promise.all(read);
  // In the order of the files, and not in that in which they were read.
  problems.push(...found.filter(each => 'message' in each));
  return found.filter(each => 'source' in each);
};

/** `01-dns.md` and `02-dns.md` would share their progress. */
const sameIds = (files: readonly { id: string; file: string }[]): Problem[] =>
  files.flatMap(({ id, file }, index) => {
    const before = files.slice(0, index).find(other => other.id === id);
    if (!before) return [];
    return [
      { file, line: 1, message: `the id "${id}" is that of ${before.file}, expected a name of its own` },
    ];
  });
