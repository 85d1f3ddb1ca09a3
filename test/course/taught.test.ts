import { describe, expect, it } from 'vitest';
import { parseLesson, parseQuiz } from '../../src/course/parse-file.ts';

const front = '---\ntitle: T\nminutes: 1\n---\n';
const ask = '## A {#a}\n\nWho?\n\n**Answer:** Nginx\n\n';

const parse = (text: string) => {
  const { quiz, problems } = parseQuiz('quizzes/q.md', front + ask + text);
  return { section: quiz.questions[0], problems: problems.map(({ line, message }) => `${line}: ${message}`) };
};
const expected = 'expected such as Taught in [The web server](../lessons/04-web-server.md#role).';

describe('the paragraph that says where a question is taught', () => {
  it('names steps of lessons, and is no text of the question', () => {
    const { section, problems } = parse(
      'Taught in [one](../lessons/01-a.md#x), [two](../lessons/b.md#y)\nand [three](../lessons/01-a.md#z).\n',
    );
    expect(problems).toEqual([]);
    expect(section?.taughtBy).toEqual([
      { lesson: 'a', step: 'x', line: 11 },
      { lesson: 'b', step: 'y', line: 11 },
      { lesson: 'a', step: 'z', line: 12 },
    ]);
    expect(section?.items.map(({ kind }) => kind)).toEqual(['question']);
  });

  it('may stand behind a lab block or a hint', () => {
    const { section, problems } = parse(
      '> [!TIP]\n> It listens.\n\nTaught in [one](../lessons/01-a.md#x).\n',
    );
    expect(problems).toEqual([]);
    expect(section?.taughtBy).toHaveLength(1);
    expect(section?.items.map(({ kind }) => kind)).toEqual(['question', 'hint']);
  });

  it.each([
    ['a quiz', '../quizzes/q.md#a'],
    ['a lesson without a step', '../lessons/01-a.md'],
    ['another place', 'https://example.com/lessons/01-a.md#x'],
  ])('does not name %s', (_, href) => {
    const { section, problems } = parse(`Taught in [one](${href}).\n`);
    expect(problems).toEqual([`11: the link to "${href}" names no step of a lesson, ${expected}`]);
    expect(section?.taughtBy).toEqual([]);
  });

  it('holds nothing else, and stands there once', () => {
    const link = '[one](../lessons/01-a.md#x)';
    expect(parse(`Taught in the second step of ${link}.\n`).problems).toEqual([
      `11: "the second step of" stands between the links, ${expected}`,
    ]);
    expect(parse(`Taught in ${link}.\n\nTaught in ${link}.\n`).problems).toEqual([
      '13: a second paragraph says "Taught in", expected one with all links',
    ]);
  });

  it('is just text without a link, and in a lesson', () => {
    expect(parse('Taught in school.\n').section?.items).toHaveLength(2);
    const lessonFront = '---\ntitle: T\nminutes: 1\nobjectives: [O]\nstack: one-server\n---\n';
    const { lesson } = parseLesson(
      'lessons/01-a.md',
      `${lessonFront}## A {#a}\n\nTaught in [one](01-a.md#a).\n`,
    );
    expect(lesson.steps[0]?.items).toMatchObject([{ kind: 'text' }]);
    expect(lesson.steps[0]?.taughtBy).toBeUndefined();
  });
});
