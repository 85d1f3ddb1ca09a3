import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkCourse } from '../../src/course/check.ts';
import { loadCourse } from '../../src/course/load.ts';
import type { Course, Question, StepItem } from '../../src/course/model.ts';
import type { LabLine } from '../../src/lab/language.ts';

const small = fileURLToPath(new URL('fixtures/small', import.meta.url));

const itemsOf = (course: Course, file: string, id: string): StepItem[] => {
  const steps = [
    ...course.lessons.flatMap(lesson => (lesson.file === file ? lesson.steps : [])),
    ...course.quizzes.flatMap(quiz => (quiz.file === file ? quiz.questions : [])),
  ];
  return steps.find(step => step.id === id)?.items ?? [];
};

const questionOf = (course: Course, id: string): Question | undefined =>
  itemsOf(course, 'quizzes/01-web.md', id).find(item => item.kind === 'question')?.question;

const commands = (lines: readonly LabLine[]): [number, string, string?][] =>
  lines.map(({ line, command, expectation }) =>
    expectation ? [line, command.source, expectation.kind] : [line, command.source],
  );

describe('a course with one of everything', async () => {
  const { course, problems } = await loadCourse(small);

  it('has no problem', async () => {
    expect(problems).toEqual([]);
    expect(await checkCourse(course)).toEqual([]);
  });

  it('has its files in the order of their names', () => {
    expect(
      course.lessons.map(({ file, id, title, minutes, objectives, stack }) => [
        file,
        id,
        title,
        minutes,
        objectives,
        stack,
      ]),
    ).toEqual([
      [
        'lessons/01-web-server.md',
        'web-server',
        'The web server',
        3,
        ['Tell which requests Nginx answers itself', 'Say what 502 means'],
        'one-server',
      ],
      ['lessons/02-words.md', 'words', 'Words', 1.5, ['Know the words'], 'one-server'],
    ]);
    expect(
      course.quizzes.map(({ file, id, pass, objectives, stack }) => [file, id, pass, objectives, stack]),
    ).toEqual([['quizzes/01-web.md', 'web', 0.7, [], 'one-server']]);
  });

  it('is known by its folder, or as the built-in one', async () => {
    expect(course).toMatchObject({ id: await realpath(small), dir: small });
    expect((await loadCourse(small, { builtIn: true })).course.id).toBe('built-in');
  });

  it('has steps with titles, ids and lines', () => {
    expect(course.lessons[0]?.steps.map(({ id, title, line }) => [id, title, line])).toEqual([
      ['app-gone', 'The application server is gone', 12],
      ['files', 'What a file needs', 54],
    ]);
  });

  it('has items in the order of the file', () => {
    expect(itemsOf(course, 'lessons/01-web-server.md', 'app-gone').map(({ kind }) => kind)).toEqual([
      'text',
      'question',
      'hint',
      'hint',
      'text',
      'lab',
      'text',
      'lab',
    ]);
  });

  it('keeps text as Markdown, without the notes of the author', () => {
    expect(itemsOf(course, 'lessons/01-web-server.md', 'app-gone')[0]).toEqual({
      kind: 'text',
      line: 14,
      markdown:
        'The app server process is about to be stopped. See [the next lesson](02-words.md#deeper).\n\n### A deeper heading is text\n\n* a plain\n* list',
    });
    expect(itemsOf(course, 'lessons/01-web-server.md', 'files')[0]).toMatchObject({
      kind: 'text',
      markdown: '> [!NOTE]\n> A box, and no hint.',
    });
  });

  it('has hints', () => {
    expect(itemsOf(course, 'lessons/01-web-server.md', 'app-gone').slice(2, 4)).toEqual([
      { kind: 'hint', markdown: 'Who still listens on port 80?', line: 33 },
      { kind: 'hint', markdown: 'It is *not* the application.', line: 36 },
    ]);
  });

  it('has lab blocks', () => {
    const blocks = itemsOf(course, 'lessons/01-web-server.md', 'app-gone').flatMap(item =>
      item.kind === 'lab' ? item.lab : [],
    );
    expect(blocks.map(({ line, continues }) => [line, continues])).toEqual([
      [41, false],
      [49, true],
    ]);
    expect(blocks.map(({ lines }) => commands(lines))).toEqual([
      [
        [42, 'stop app'],
        [43, 'request /guestbook', 'asked'],
        [44, 'request /style.css', 'status'],
      ],
      [
        [50, 'start app'],
        [51, 'request /guestbook', 'status'],
      ],
    ]);
  });

  it('has predictions, whose options say what the stack would answer', () => {
    expect(itemsOf(course, 'lessons/01-web-server.md', 'app-gone')[1]).toEqual({
      kind: 'question',
      question: {
        kind: 'prediction',
        line: 21,
        prompt: 'what does the browser get\nfor `/guestbook`?',
        options: [
          {
            id: 'slower',
            markdown: 'The page, a little slower',
            correct: false,
            explanation: 'Nginx has no copy of it.\nSomebody has to build the page.',
            misconception: 'P4',
            expectation: { kind: 'status', status: 200 },
          },
          {
            id: 'connection-refused',
            markdown: 'Connection refused',
            correct: false,
            explanation: 'Nginx still listens.',
            expectation: { kind: 'failure', failure: 'refused' },
          },
          {
            id: 'bad-gateway',
            markdown: '502 Bad Gateway',
            correct: true,
            explanation: 'Nginx answered.',
            expectation: { kind: 'status', status: 502, from: 'web' },
          },
        ],
      },
    });
  });

  it('has choices', () => {
    expect(itemsOf(course, 'lessons/01-web-server.md', 'files')[1]).toMatchObject({
      question: {
        kind: 'multiple',
        options: [
          { id: 'style-css', markdown: '`/style.css`', correct: true },
          { id: 'guestbook', markdown: '/guestbook', correct: false },
          { id: 'logo-svg', markdown: '/logo.svg', correct: true },
        ],
      },
    });
  });

  it('has things to order and to match', () => {
    expect(questionOf(course, 'order')).toEqual({
      kind: 'order',
      line: 9,
      prompt: 'what comes first?',
      options: [
        { id: 'dns', markdown: 'DNS' },
        { id: 'tcp', markdown: 'TCP' },
        { id: 'http', markdown: 'HTTP' },
      ],
      explanation: 'A name first, then a connection.',
    });
    expect(questionOf(course, 'match')).toEqual({
      kind: 'match',
      line: 19,
      prompt: 'who does what?',
      heads: ['Part', 'Does'],
      pairs: [
        { id: 'nginx', left: 'Nginx', right: 'serves `files`' },
        { id: 'mysql', left: 'MySQL', right: 'keeps data | rows' },
      ],
      explanation: 'Each has one job.',
    });
  });

  it('has numbers and texts to answer', () => {
    expect(questionOf(course, 'number')).toEqual({
      kind: 'numeric',
      line: 33,
      prompt: 'A server is down {n} % of the year.',
      given: [{ name: 'n', min: 10, max: 50, step: 5 }],
      formula: 'n * 87.6 / 100',
      tolerance: 0.1,
      unit: 'h',
      explanation: 'A year has 8760 hours, so {n} % are that many.',
    });
    expect(questionOf(course, 'fixed')).toMatchObject({
      given: [],
      formula: '8.76',
      tolerance: 0.1,
      unit: 'h',
    });
    expect(questionOf(course, 'name')).toMatchObject({
      kind: 'text',
      prompt: 'Who listens on port 80?',
      accepted: ['Nginx', 'web server', 'nginx'],
    });
  });

  it('has challenges', () => {
    const items = itemsOf(course, 'quizzes/01-web.md', 'survive');
    expect(items.map(({ kind }) => kind)).toEqual(['text', 'challenge', 'hint']);
    const challenge = items[1]?.kind === 'challenge' ? items[1].challenge : undefined;
    expect(challenge).toMatchObject({
      line: 55,
      goals: [{ line: 57, text: 'request /guestbook => 200', goal: { kind: 'line' } }],
      stack: 'one-server',
      hints: [
        { line: 58, when: { kind: 'failure', failure: 'refused' }, text: 'Is the **database** there?' },
      ],
    });
    expect(commands(challenge?.setup ?? [])).toEqual([[52, 'stop db']]);
    expect(commands(challenge?.solution ?? [])).toEqual([
      [65, 'start db'],
      [66, 'request /guestbook', 'status'],
    ]);
    expect(challenge?.nearMisses.map(({ line, lines }) => [line, commands(lines)])).toEqual([
      [69, [[70, 'restart app']]],
      [73, [[74, 'restart web']]],
    ]);
  });
});

describe('a folder', () => {
  let dir: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'course-'));
    await cp(small, dir, { recursive: true });
  });
  afterEach(() => rm(dir, { recursive: true }));

  const problemsOf = async (): Promise<string[]> => {
    const { course, problems } = await loadCourse(dir);
    const all = [...problems, ...(await checkCourse(course))];
    return all.map(({ file, line, message }) => `${file}:${line}: ${message}`);
  };
  const lesson = (name: string, ...body: string[]): Promise<void> =>
    writeFile(
      join(dir, 'lessons', name),
      ['---', 'title: T', 'minutes: 1', 'objectives: [O]', 'stack: one-server', '---', ...body].join('\n'),
    );

  it('without lessons is no course', async () => {
    await rm(join(dir, 'lessons'), { recursive: true });
    expect(await problemsOf()).toEqual([
      `lessons:1: there is no lesson in ${dir}, expected files such as lessons/01-name.md`,
    ]);
  });

  it('needs no quiz, and ignores other files', async () => {
    await rm(join(dir, 'quizzes'), { recursive: true });
    await writeFile(join(dir, 'lessons', 'README.md'), 'read me');
    await writeFile(join(dir, 'lessons', 'notes.txt'), 'notes');
    await writeFile(join(dir, 'lessons', '.draft.md'), 'draft');
    expect(await problemsOf()).toEqual([]);
  });

  it('has no two lessons of one id', async () => {
    await lesson('03-words.md', '## A {#a}', 'Text.');
    expect(await problemsOf()).toEqual([
      'lessons/03-words.md:1: the id "words" is that of lessons/02-words.md, expected a name of its own',
    ]);
  });

  it('names its files with small words', async () => {
    await lesson('03-More Words.md', '## A {#a}', 'Text.');
    expect(await problemsOf()).toEqual([
      'lessons/03-More Words.md:1: "More Words" is no id, expected a file name such as 01-small-words.md',
    ]);
  });

  it('may hold what cannot be read', async () => {
    await mkdir(join(dir, 'lessons', '03-folder.md'));
    await symlink('nowhere', join(dir, 'lessons', '04-link.md'));
    expect(await problemsOf()).toEqual([
      expect.stringMatching(/^lessons\/03-folder\.md:1: this is not a file, expected one/),
      expect.stringMatching(/^lessons\/04-link\.md:1: the file cannot be read: ENOENT/),
    ]);
  });

  it.skipIf(process.platform === 'win32')('may hold a pipe that nobody writes to', async () => {
    execFileSync('mkfifo', [join(dir, 'lessons', '03-pipe.md')]);
    expect(await problemsOf()).toEqual([expect.stringContaining('lessons/03-pipe.md:1: this is not a file')]);
  });

  it.skipIf(process.platform === 'win32')('does not drive the terminal by the name of a file', async () => {
    await lesson('03-\u001B]0;title\u0007red.md', '## A {#a}', 'Text.');
    expect(await problemsOf()).toEqual([
      expect.stringMatching(
        /^lessons\/03-\]0;titlered\.md:1: the file name has characters that are never shown/,
      ),
    ]);
  });

  it('has front matter of keys that are no words, without a warning of the YAML parser', async () => {
    const warnings = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const front = ['title: T', 'minutes: 1', 'objectives: [O]', 'stack: one-server', '? [a, b]', ': c'];
    const source = ['---', ...front, '---', '## A {#a}', 'Text.'].join('\n');
    await writeFile(join(dir, 'lessons', '03-keys.md'), source);
    expect(await problemsOf()).toEqual([expect.stringContaining('the key "[ a, b ]" is unknown')]);
    expect(warnings).not.toHaveBeenCalled();
    warnings.mockRestore();
  });

  it('has front matter that is too large once its aliases are followed', async () => {
    const bomb = [...'abcdefghij'].map((name, i, all) =>
      i === 0 ? `${name}: &${name} [x, x]` : `${name}: &${name} [${Array(9).fill(`*${all[i - 1]}`)}]`,
    );
    await writeFile(
      join(dir, 'lessons', '03-bomb.md'),
      ['---', ...bomb, '---', '## A {#a}', 'Text.'].join('\n'),
    );
    expect(await problemsOf()).toEqual([
      expect.stringMatching(/^lessons\/03-bomb\.md:1: front matter: .*alias/),
    ]);
  });

  it('has links that lead somewhere', async () => {
    await lesson(
      '03-links.md',
      '## A {#a}',
      '',
      'Good: [1](#a), [2](02-words.md), [3](../quizzes/01-web.md#order), [4](https://example.org/x), <me@example.org>,',
      '[5](02-words.md?plain#deeper),',
      '![bad](missing.png) and [bad](#b),',
      '',
      '| table |',
      '|---|',
      '| text |',
      '| [bad](02-words.md#nowhere) |',
      '',
      '1. one',
      '   - two',
      '     [bad](/etc/passwd)',
      '2. > [bad](javascript:alert)',
      '   > `[no link](nowhere.md)`',
    );
    const where = 'lessons/03-links.md';
    expect(await problemsOf()).toEqual([
      `${where}:11: the link to "missing.png" leads nowhere, there is no lessons/missing.png`,
      `${where}:11: the link to "#b" leads nowhere, ${where} has no section {#b}`,
      `${where}:16: the link to "02-words.md#nowhere" leads nowhere, lessons/02-words.md has no section {#nowhere}`,
      `${where}:20: the link to "/etc/passwd" leads nowhere, expected https://... or a path relative to this file`,
      `${where}:21: the link to "javascript:alert" leads nowhere, expected https://... or a path relative to this file`,
    ]);
  });

  it('names only parts that its stack has', async () => {
    const lab = [
      '```lab',
      'stop web@server-1',
      'stop server-1',
      'restart balancer',
      'logs "web"',
      'logs cdn',
      '```',
    ];
    await lesson('03-targets.md', '## A {#a}', 'Text.', ...lab);
    const message = 'is not in the stack here, expected one of dns, dns-1, dns@dns-1, web, server-1, ';
    expect(await problemsOf()).toEqual([
      expect.stringContaining(`lessons/03-targets.md:12: "balancer" ${message}`),
      expect.stringContaining(`lessons/03-targets.md:14: "cdn" ${message}`),
    ]);
  });
});
