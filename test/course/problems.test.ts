import { describe, expect, it } from 'vitest';
import { parseLesson, parseQuiz } from '../../src/course/parse-file.ts';
import { parseExpectation, parseLab } from '../../src/lab/language.ts';
import { broken } from './broken.ts';

const fronts = {
  lesson: '---\ntitle: T\nminutes: 1\nobjectives: [O]\nstack: one-server\n---\n',
  quiz: '---\ntitle: T\nminutes: 1\n---\n',
};

const parse = (kind: 'lesson' | 'quiz', source: string): string[] => {
  const { problems } =
    kind === 'lesson' ? parseLesson('lessons/01-a.md', source) : parseQuiz('quizzes/01-a.md', source);
  return problems.map(({ file, line, message }) => `${file}:${line}: ${message}`);
};

const problemsOf = (kind: 'lesson' | 'quiz', body: readonly string[]): string[] =>
  parse(kind, fronts[kind] + body.join('\n'));

describe('every broken rule has its own problem, in its line', () => {
  it.each(broken)('%s', (_, kind, body, problems) => {
    expect(problemsOf(kind, body)).toEqual(problems);
  });
});

describe('line numbers', () => {
  it.each([
    ['line ends of Windows', (source: string) => source.replaceAll('\n', '\r\n')],
    ['a byte order mark', (source: string) => `\uFEFF${source}`],
    ['no newline at the end', (source: string) => source.trimEnd()],
  ])('are the same with %s', (_, change) => {
    for (const [, kind, body, problems] of broken)
      expect(parse(kind, change(`${fronts[kind]}${body.join('\n')}\n`))).toEqual(problems);
  });

  it('move with the lines above', () => {
    for (const [, kind, body, problems] of broken) {
      const later = (problem: string): string =>
        problem.replace(/:(\d+):/, (_, line) => `:${Number(line) + 3}:`).replace('in line 7', 'in line 10');
      expect(problemsOf(kind, ['', '<!-- a', 'note -->', ...body])).toEqual(problems.map(later));
    }
  });
});

describe('a text that nobody can read', () => {
  const hostile = '_a__'.repeat(30_000);
  it.each([
    ['a paragraph', [hostile.slice(0, 80_000)], 9, 80_000],
    ['a paragraph of many lines', Array.from({ length: 5000 }, () => '_a__'), 9, 24_999],
    ['an item', ['- x', `- ${'_a__'.repeat(2000)}`], 10, 8000],
    ['a cell', ['| a | b |', '|---|---|', `| ${'**a_'.repeat(2000)} | x |`], 11, 8000],
    ['a heading', [`### ${'_a__'.repeat(2000)}`], 9, 8000],
  ])('is a problem as %s, which takes no time', (_, body, line, length) => {
    expect(problemsOf('lesson', ['## A {#a}', '', ...body])).toEqual([
      `lessons/01-a.md:${line}: the text is ${length} characters long, expected at most 4000: break it with a blank line`,
    ]);
  });

  it('is a problem as a file, too', () => {
    const source = `${fronts.lesson}## A {#a}\n\n${'Text.\n\n'.repeat(20_000)}`;
    expect(parse('lesson', source)).toEqual([
      `lessons/01-a.md:1: the file is ${source.length} characters long, expected at most 100000: split it`,
    ]);
  });
});

describe('the front matter', () => {
  const lesson = (...front: string[]): string[] =>
    parse('lesson', ['---', ...front, '---', '## A {#a}', 'Text.'].join('\n'));
  const whole = ['title: T', 'minutes: 1', 'objectives: [O]', 'stack: one-server'];
  const without = (key: string): string[] => whole.filter(line => !line.startsWith(key));

  it('is complete', () => {
    expect(lesson(...whole)).toEqual([]);
  });

  it.each([
    ['title', 'one line of text'],
    ['minutes', 'a number above 0'],
    ['objectives', 'lines such as "- Tell who answers", or with sections "- Tell who answers: [some-id]"'],
    ['stack', 'one of one-server, balanced, replicated, mended'],
  ])('without %s', (key, expected) => {
    expect(lesson(...without(key))).toEqual([
      `lessons/01-a.md:1: front matter: "${key}" is missing, expected ${expected}`,
    ]);
  });

  it.each([
    ['title: [T]', 'title', 'one line of text'],
    ['title: "a\\nb"', 'title', 'one line of text'],
    ['title: "\\e[31mred"', 'title', 'one line of text'],
    ['minutes: six', 'minutes', 'a number above 0'],
    ['minutes: 0', 'minutes', 'a number above 0'],
    [
      'objectives: O',
      'objectives',
      'lines such as "- Tell who answers", or with sections "- Tell who answers: [some-id]"',
    ],
    ['stack: moon', 'stack', 'one of one-server, balanced, replicated, mended'],
  ])('with %s', (line, key, expected) => {
    expect(lesson(...without(key), line)).toEqual([
      `lessons/01-a.md:5: front matter: "${key}" is wrong, expected ${expected}`,
    ]);
  });

  it('points at the item of a list', () => {
    const front = [...without('objectives'), 'objectives:', '  - one', '  - 2'];
    expect(lesson(...front)).toEqual([
      'lessons/01-a.md:7: front matter: "objectives" is wrong, expected lines such as "- Tell who answers", or with sections "- Tell who answers: [some-id]"',
    ]);
  });

  it('knows no other keys', () => {
    expect(lesson(...whole, 'author: me', 'pass: 80')).toEqual([
      'lessons/01-a.md:6: front matter: the key "author" is unknown, expected title, minutes, objectives, stack',
      'lessons/01-a.md:7: front matter: the key "pass" is unknown, expected title, minutes, objectives, stack',
    ]);
  });

  it('is YAML', () => {
    expect(lesson('title: T', 'minutes: [1')[0]).toMatch(/^lessons\/01-a\.md:[34]: front matter: ./);
    expect(lesson('title: T', 'title: U', ...without('title'))).toEqual([
      'lessons/01-a.md:3: front matter: Map keys must be unique',
    ]);
    expect(lesson('just text')).toEqual([
      'lessons/01-a.md:1: the front matter has no keys, expected title, minutes, objectives, stack',
    ]);
  });

  it('stands at the top, between two lines of dashes', () => {
    expect(parse('lesson', '## A {#a}\nText.')).toEqual([
      'lessons/01-a.md:1: the front matter is missing, expected title, minutes, objectives, stack between two lines of ---',
    ]);
    expect(parse('lesson', '---\ntitle: T\n## A {#a}\nText.')[0]).toBe(
      'lessons/01-a.md:1: the front matter is never closed, expected a second line of ---',
    );
  });

  it('of a quiz may say what passes', () => {
    const quiz = (pass: string): string[] =>
      parse('quiz', `---\ntitle: T\nminutes: 1\npass: ${pass}\n---\n## A {#a}\nx?\n**Answer:** 5`);
    expect(quiz('80')).toEqual([]);
    for (const pass of ['0.8', '101', '0', 'all'])
      expect(quiz(pass)).toEqual([
        'quizzes/01-a.md:4: front matter: "pass" is wrong, expected a whole percentage from 1 to 100, such as 80',
      ]);
  });
});

describe('problems of the lab language', () => {
  const problem = (line: string): string => parseLab(line).problems[0]?.message ?? '';
  const unknown = parseExpectation('tired');
  const expectation = 'problem' in unknown ? unknown.problem : '';

  it('stand in the line of their command', () => {
    expect(problemsOf('lesson', ['## A {#a}', '', '```lab', 'status', '', 'requets /', '```'])).toEqual([
      `lessons/01-a.md:12: ${problem('requets /')}`,
    ]);
    const quiz = ['## A {#a}', '```challenge', 'goal survive any part', '```', '```setup', 'stopp db', '```'];
    expect(problemsOf('quiz', [...quiz, '```solution', 'strat db', '```'])).toEqual([
      `quizzes/01-a.md:10: ${problem('stopp db')}`,
      `quizzes/01-a.md:13: ${problem('strat db')}`,
    ]);
  });

  it('stand in the line of their expectation', () => {
    const lab = ['```lab', 'request / => ?', '```'];
    const body = ['## A {#a}', '**Predict:** x?', '', '- [x] a => 200', '- [ ] b => tired', '', ...lab];
    expect(problemsOf('lesson', body)).toEqual([`lessons/01-a.md:11: ${expectation}`]);
    const quiz = [
      '## A {#a}',
      '```challenge',
      'goal survive any part',
      'hint when tired: sleep',
      '```',
      '```solution',
      'status',
      '```',
    ];
    expect(problemsOf('quiz', quiz)).toEqual([`quizzes/01-a.md:8: ${expectation}`]);
  });
});
