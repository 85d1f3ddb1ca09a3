import { cleanText, isClean, normaliseLines, unsafeCharacter } from './clean-text.ts';
import { fileId } from './ids.ts';
import type { Lesson, Problem, Quiz } from './model.ts';
import { parseBody } from './parse-body.ts';
import { parseLessonFront, parseQuizFront } from './parse-front-matter.ts';
import type { Report } from './report.ts';

/** Never throws: whatever the source is, something comes out, and the problems say what is wrong with it. */
export const parseLesson = (file: string, source: string): { lesson: Lesson; problems: Problem[] } => {
  const { id, text, report, problems } = open(file, source);
  const { data, body, bodyLine } = parseLessonFront(text, report);
  const steps = parseBody(body, bodyLine, {
    file,
    report,
    idsRequired: false,
    quiz: false,
    stack: data.stack,
  });
  return { lesson: { file, id, ...data, title: data.title || id, steps }, problems: inOrder(problems) };
};

/** As `parseLesson`. */
export const parseQuiz = (file: string, source: string): { quiz: Quiz; problems: Problem[] } => {
  const { id, text, report, problems } = open(file, source);
  const { data, body, bodyLine } = parseQuizFront(text, report);
  const questions = parseBody(body, bodyLine, {
    file,
    report,
    idsRequired: true,
    quiz: true,
    stack: data.stack,
  });
  const quiz = { file, id, ...data, title: data.title || id, pass: data.pass / 100, questions };
  return { quiz, problems: inOrder(problems) };
};

/** Far more than a lesson of hours; the parser's time must have an end for any file. */
export const longestFile = 100_000;

interface Opened {
  id: string;
  text: string;
  report: Report;
  problems: Problem[];
}

const open = (file: string, source: string): Opened => {
  const problems: Problem[] = [];
  const report: Report = (line, message) => {
    problems.push({ file, line, message: cleanText(message) });
  };
  const id = fileId(file);
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))
    report(1, `"${id}" is no id, expected a file name such as 01-small-words.md`);
  if (source.length > longestFile)
    report(1, `the file is ${source.length} characters long, expected at most ${longestFile}: split it`);
  const text = normaliseLines(source.slice(0, longestFile));
  for (const [index, line] of text.split('\n').entries()) {
    if (!isClean(line))
      report(
        index + 1,
        `the character ${unsafeCharacter(line) ?? 'U+D800'} is never shown, expected visible text`,
      );
    if (line.includes('\uFFFD')) report(index + 1, 'the text is not UTF-8 here, expected a file in UTF-8');
  }
  return { id, text: cleanText(text), report, problems };
};

const inOrder = (problems: readonly Problem[]): Problem[] => problems.toSorted((a, b) => a.line - b.line);
