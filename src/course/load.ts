import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanText, isClean } from './clean-text.ts';
import type { Course, Problem } from './model.ts';
import { parseLesson, parseQuiz } from './parse-file.ts';

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
  const id = builtIn ? 'built-in' : await realpath(dir).catch(() => dir);
  return { course: { id, dir, lessons, quizzes }, problems };
};

interface SourceFile {
  file: string;
  source: string;
}

const readFolder = async (dir: string, folder: string, problems: Problem[]): Promise<SourceFile[]> => {
  // A missing folder is one without files.
  const names = await readdir(join(dir, folder)).catch((): string[] => []);
  const files = names.filter(name => /^[^._].*\.md$/.test(name) && name !== 'README.md').sort();
  const read = files.map(async (name): Promise<SourceFile[]> => {
    const file = `${folder}/${cleanText(name)}`;
    const leaveOut = (message: string): SourceFile[] => {
      problems.push({ file, line: 1, message });
      return [];
    };
    if (!isClean(name))
      return leaveOut(
        'the file name has characters that are never shown, expected such as 01-small-words.md',
      );
    const path = join(dir, folder, name);
    try {
      // Reading a pipe or a device might never end.
      if (!(await stat(path)).isFile()) return leaveOut('this is not a file, expected one with Markdown');
      return [{ file, source: await readFile(path, 'utf8') }];
    } catch (error) {
      return leaveOut(`the file cannot be read: ${(error as Error).message}`);
    }
  });
  return (await Promise.all(read)).flat();
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
