import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkCourse } from '../../../src/course/check.ts';
import { loadCourse } from '../../../src/course/load.ts';

export interface Written {
  lesson?: string;
  quiz?: string;
  bank?: string;
  builtIn?: boolean;
}

export const lessonFront = '---\ntitle: T\nminutes: 1\nobjectives:\n  - Know it\nstack: one-server\n---\n';
export const quizFront = '---\ntitle: Q\nminutes: 1\n---\n';

const lesson = `${lessonFront}## A step {#step}\n\nText.\n`;

/** Writes a course of one lesson and perhaps a quiz and a bank, and gives the problems of all, as they are printed. */
export const problemsOf = async (written: Written): Promise<string[]> => {
  const dir = await mkdtemp(join(tmpdir(), 'course-'));
  try {
    await mkdir(join(dir, 'lessons'));
    await mkdir(join(dir, 'quizzes'));
    await writeFile(join(dir, 'lessons/01-a.md'), written.lesson ?? lesson);
    if (written.quiz !== undefined) await writeFile(join(dir, 'quizzes/q.md'), written.quiz);
    if (written.bank !== undefined) await writeFile(join(dir, 'misconceptions.md'), written.bank);
    const { course, problems } = await loadCourse(dir, { builtIn: written.builtIn ?? false });
    return [...problems, ...(await checkCourse(course))].map(
      ({ file, line, message }) => `${file}:${line}: ${message}`,
    );
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

export interface Asked {
  id: string;
  right: string;
  wrong: readonly string[];
  /** Where the right one stands among the wrong ones, from 0. */
  at?: number;
}

/** A section of a quiz that asks for one of several options, each with its explanation. */
export const choice = ({ id, right, wrong, at = 0 }: Asked): string => {
  const option = (text: string, correct: boolean, index: number): string =>
    `- [${correct ? 'x' : ' '}] ${text} {#o${index}}\n  > Because.`;
  const options = wrong
    .map(text => ({ text, correct: false }))
    .toSpliced(at, 0, { text: right, correct: true })
    .map(({ text, correct }, index) => option(text, correct, index));
  return `## Question {#${id}}\n\n**Choose:** Which one?\n\n${options.join('\n')}\n\n`;
};
