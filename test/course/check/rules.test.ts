import { describe, expect, it } from 'vitest';
import { choice, lessonFront, problemsOf, quizFront } from './course.ts';

const explained = '- [x] one thing {#one}\n  > Y.\n- [ ] another one {#two}\n  > N.\n';
const question = `**Choose:** Which?\n\n${explained}`;
const step = '## A step {#step}\n\nText.\n';
const bank = (...rows: string[]): string =>
  `# Bank\n\n| id | belief | right |\n|---|---|---|\n${rows.join('\n')}\n`;

describe('links', () => {
  const linked = (...links: string[]): Promise<string[]> =>
    problemsOf({ lesson: `${lessonFront}${step}\n${links.map(link => `[x](${link})`).join('\n')}\n` });

  it('that lead somewhere are no problem, and nobody is asked over the network', async () => {
    expect(
      await linked('#step', '01-a.md#step', '../lessons/01-a.md', 'https://nowhere.invalid/x', 'mailto:a@b'),
    ).toEqual([]);
  });

  it('that lead nowhere are, with the nearest id or file', async () => {
    expect(
      await linked(
        '#stp',
        '02-a.md',
        'https://',
        '/etc/passwd',
        'data:text/plain,x',
        'zzzzzz/nothing-like-it.txt',
      ),
    ).toEqual([
      'lessons/01-a.md:12: the link to "#stp" leads nowhere, lessons/01-a.md has no section {#stp}, did you mean "step"?',
      'lessons/01-a.md:13: the link to "02-a.md" leads nowhere, there is no lessons/02-a.md, did you mean "lessons/01-a.md"?',
      'lessons/01-a.md:14: the link to "https://" leads nowhere, expected an address such as https://example.com/page',
      'lessons/01-a.md:15: the link to "/etc/passwd" leads nowhere, expected https://... or a path relative to this file',
      'lessons/01-a.md:16: the link to "data:text/plain,x" leads nowhere, expected https://... or a path relative to this file',
      'lessons/01-a.md:17: the link to "zzzzzz/nothing-like-it.txt" leads nowhere, there is no lessons/zzzzzz/nothing-like-it.txt',
    ]);
  });
});

describe('the step that teaches a question', () => {
  const one = `## One {#one}\n\n${question}\n`;
  const two = `## Two {#two}\n\n${question}\n`;
  const taught = 'Taught in [A step](../lessons/01-a.md#step).\n\n';
  const missing = (line: number, id: string): string =>
    `quizzes/q.md:${line}: the question ${id} does not say which step teaches it, expected a last paragraph such as Taught in [The web server](../lessons/04-web-server.md#role).`;

  it('may be left out by all', async () => {
    expect(await problemsOf({ quiz: `${quizFront}${one}${two}` })).toEqual([]);
  });

  it('is asked of all once one names it', async () => {
    expect(await problemsOf({ quiz: `${quizFront}${one}${taught}${two}` })).toEqual([missing(16, 'two')]);
    expect(await problemsOf({ quiz: `${quizFront}${one}${taught}${two}${taught}` })).toEqual([]);
  });

  it('is always asked of the built-in course', async () => {
    const problems = await problemsOf({ quiz: `${quizFront}${one}`, builtIn: true });
    expect(problems).toContain(missing(5, 'one'));
  });

  it('has to be there', async () => {
    const quiz = `${quizFront}${one}Taught in [A](../lessons/01-a.md#stop) and\n[B](../lessons/02-b.md#step).\n`;
    expect(await problemsOf({ quiz })).toEqual([
      'quizzes/q.md:14: the link to "../lessons/01-a.md#stop" leads nowhere, lessons/01-a.md has no section {#stop}, did you mean "step"?',
      'quizzes/q.md:15: the link to "../lessons/02-b.md#step" leads nowhere, there is no lessons/02-b.md, did you mean "lessons/01-a.md"?',
    ]);
  });
});

describe('objectives', () => {
  const lesson = (...objectives: string[]): string =>
    `---\ntitle: T\nminutes: 1\nobjectives:\n${objectives.map(text => `  - ${text}\n`).join('')}stack: one-server\n---\n${step}`;

  it('may go without sections', async () => {
    expect(await problemsOf({ lesson: lesson('Know it', 'Do it') })).toEqual([]);
  });

  it('all name theirs once one does', async () => {
    expect(await problemsOf({ lesson: lesson('Know it: [step]', 'Do it') })).toEqual([
      'lessons/01-a.md:6: the objective "Do it" names no section, expected those that serve it behind it: "- Do it: [step]"',
    ]);
    expect(await problemsOf({ lesson: lesson('Know it: [step]', 'Do it: [step]') })).toEqual([]);
  });

  it('name sections that are there', async () => {
    expect(await problemsOf({ lesson: lesson('Know it: [stpe]') })).toEqual([
      'lessons/01-a.md:5: the objective names "stpe", which is no section, did you mean "step"?',
    ]);
  });

  it('of the built-in course always name sections', async () => {
    expect(await problemsOf({ lesson: lesson('Know it'), builtIn: true })).toContain(
      'lessons/01-a.md:5: the objective "Know it" names no section, expected those that serve it behind it: "- Know it: [step]"',
    );
  });
});

describe('misconceptions', () => {
  const quiz = (id: string): string =>
    `${quizFront}## One {#one}\n\n**Choose:** Which?\n\n- [x] one thing {#one}\n  > Y.\n- [ ] another one {#two .${id}}\n  > N.\n`;

  it('are free names without a bank', async () => {
    expect(await problemsOf({ quiz: quiz('X9') })).toEqual([]);
  });

  it('are those of the bank, if there is one', async () => {
    expect(await problemsOf({ quiz: quiz('P4'), bank: bank('| P4 | a | b |') })).toEqual([]);
    expect(await problemsOf({ quiz: quiz('P5'), bank: bank('| P4 | a | b |') })).toEqual([
      'quizzes/q.md:11: ".P5" is not in misconceptions.md, did you mean "P4"?',
    ]);
  });

  it('stand on wrong options', async () => {
    const right = quiz('P4').replace('{#one}\n  > Y', '{#one .P4}\n  > Y');
    expect(await problemsOf({ quiz: right, bank: bank('| P4 | a | b |') })).toEqual([
      'quizzes/q.md:9: the right option one stands for ".P4", expected it on wrong ones',
    ]);
  });

  it('of the built-in course are all met', async () => {
    expect(
      await problemsOf({ quiz: quiz('P4'), bank: bank('| P4 | a | b |', '| P5 | a | b |'), builtIn: true }),
    ).toContain(
      'misconceptions.md:6: no option of a lesson or quiz stands for P5, expected one with .P5 behind its id',
    );
    expect(await problemsOf({ builtIn: true })).toContain(
      'misconceptions.md:1: the file is missing, expected a table of what people get wrong',
    );
  });

  it.each([
    [
      'a row twice',
      bank('| P4 | a | b |', '| P4 | a | b |'),
      '6: the id "P4" is used in line 5, expected an id of its own',
    ],
    ['another id', bank('| p4 | a | b |'), '5: "p4" is no id, expected a capital letter and a number: P4'],
    [
      'an empty cell',
      bank('| P4 | a | |'),
      '5: a cell of P4 is empty, expected three columns: id, what somebody believes, what is right',
    ],
    [
      'no table',
      '# Bank\n',
      '1: the file has no table, expected three columns: id, what somebody believes, what is right',
    ],
    [
      'two columns',
      '| id | x |\n|---|---|\n',
      '1: the table has 2 columns, expected three columns: id, what somebody believes, what is right',
    ],
  ])('with %s', async (_, source, problem) => {
    expect(await problemsOf({ bank: source })).toEqual([`misconceptions.md:${problem}`]);
  });
});

describe('options', () => {
  const problems = (options: string): Promise<string[]> =>
    problemsOf({ quiz: `${quizFront}## One {#one}\n\n**Choose:** Which?\n\n${options}` });

  it('of the same words are found, whatever their signs', async () => {
    expect(
      await problems('- [x] The `web` server {#a}\n  > Y.\n- [ ] the *web* server. {#b}\n  > N.\n'),
    ).toEqual([
      'quizzes/q.md:7: the option "the *web* server." stands there twice, expected different words',
    ]);
  });

  it('have an explanation each', async () => {
    expect(await problems('- [x] The web server {#a}\n  > Y.\n- [ ] The database {#b}\n')).toEqual([
      'quizzes/q.md:7: the option b has no explanation, expected one behind ">" below it',
    ]);
    const order = '## One {#one}\n\n**Order:** Which?\n\n1. One\n2. Two\n';
    expect(await problemsOf({ quiz: quizFront + order })).toEqual([
      'quizzes/q.md:7: the question has no explanation, expected one behind ">" below its answer',
    ]);
  });

  it('do not speak of the others', async () => {
    for (const words of ['All of the above', 'None of them', 'None of the other answers'])
      expect(
        await problems(`- [x] ${'x'.repeat(words.length)} {#a}\n  > Y.\n- [ ] ${words} {#b}\n  > N.\n`),
      ).toEqual([
        expect.stringMatching(/^quizzes\/q\.md:7: the option b says ".*", expected what is meant itself/),
      ]);
    expect(
      await problems('- [x] It reaches all of them {#a}\n  > Y.\n- [ ] It reaches the server {#b}\n  > N.\n'),
    ).toEqual([]);
  });

  it('that are right are not the longest or shortest by far', async () => {
    const wrong = ['x'.repeat(30), 'y'.repeat(32)];
    const lengths = (right: number): Promise<string[]> =>
      problemsOf({ quiz: quizFront + choice({ id: 'one', right: 'z'.repeat(right), wrong }) });
    const about = 'expected options of about the same length';
    expect(await lengths(42)).toEqual([
      `quizzes/q.md:7: the right option is the longest by far (42 letters, the next one 32), ${about}`,
    ]);
    expect(await lengths(41)).toEqual([]);
    expect(await lengths(22)).toEqual([
      `quizzes/q.md:7: the right option is the shortest by far (22 letters, the next one 30), ${about}`,
    ]);
    expect(await lengths(24)).toEqual([]);
  });
});

describe('length', () => {
  const lines = (count: number): string => Array.from({ length: count }, (_, n) => `- line ${n}`).join('\n');
  const lesson = (body: string, minutes = 1): string =>
    `${lessonFront.replace('minutes: 1', `minutes: ${minutes}`)}## A step {#step}\n\n${body}\n`;

  it('of a text is what a terminal shows', async () => {
    expect(await problemsOf({ lesson: lesson(lines(24)) })).toEqual([]);
    expect(await problemsOf({ lesson: lesson(lines(25)) })).toEqual([
      'lessons/01-a.md:10: the text of step takes 25 lines in a terminal of 80 by 24, expected at most 24: cut it, or put a question or block between',
    ]);
  });

  it('counts anew behind a question or block', async () => {
    const block = '\n\n```lab\nstatus\n```\n\n';
    expect(await problemsOf({ lesson: lesson(lines(20) + block + lines(20)) })).toEqual([]);
    expect(
      await problemsOf({ lesson: lesson(`${lines(20)}\n\n> [!TIP]\n> A hint.\n\n${lines(20)}`) }),
    ).toHaveLength(1);
  });

  it('in minutes fits words, questions and blocks', async () => {
    const words = 'word '.repeat(1200);
    const five = Array.from({ length: 6 }, (_, n) => `## S${n} {#s${n}}\n\n${words.slice(0, 1000)}\n`).join(
      '\n',
    );
    const source = (minutes: number): string =>
      lessonFront.replace('minutes: 1', `minutes: ${minutes}`) + five;
    expect(await problemsOf({ lesson: source(6) })).toEqual([]);
    expect(await problemsOf({ lesson: source(3) })).toEqual([
      'lessons/01-a.md:3: "minutes" is 3, expected about 6 by its words, questions and blocks',
    ]);
    expect(await problemsOf({ lesson: source(12) })).toEqual([
      'lessons/01-a.md:3: "minutes" is 12, expected about 6 by its words, questions and blocks',
    ]);
  });

  it('of a step without words is nothing', async () => {
    expect(await problemsOf({ lesson: lesson('```lab\nstatus\n```') })).toEqual([
      'lessons/01-a.md:8: the step step has no text, expected words that say what its block is about',
    ]);
  });
});

describe('targets', () => {
  const lesson = (...blocks: string[]): string =>
    `${lessonFront}## A step {#step}\n\nText.\n\n${blocks.map(block => `\`\`\`lab${block}\n\`\`\`\n`).join('\n')}`;

  it('are those of the stack, as the commands before have changed it', async () => {
    expect(await problemsOf({ lesson: lesson('\nadd balancer\nstop balancer') })).toEqual([]);
    expect(await problemsOf({ lesson: lesson('\nadd balancer', ' continue\nstop balancer') })).toEqual([]);
    expect(await problemsOf({ lesson: lesson('\nadd balancer', '\nstop balancer') })).toEqual([
      expect.stringMatching(/^lessons\/01-a\.md:17: "balancer" is not in the stack here/),
    ]);
  });

  it('of a challenge are those after its setup', async () => {
    const challenge = (setup: string, solution: string): string =>
      `${quizFront.replace('minutes: 1', 'minutes: 3')}## Mend it {#mend}\n\nMend it.\n\n\`\`\`setup\n${setup}\n\`\`\`\n\n\`\`\`challenge\ngoal request / => 200\n\`\`\`\n\n\`\`\`solution\n${solution}\n\`\`\`\n`;
    expect(await problemsOf({ quiz: challenge('add balancer', 'stop balancer') })).toEqual([]);
    expect(await problemsOf({ quiz: challenge('stop app', 'stop balancer') })).toEqual([
      expect.stringMatching(/^quizzes\/q\.md:18: "balancer" is not in the stack here/),
    ]);
  });

  it('are named where they are unknown', async () => {
    expect(await problemsOf({ lesson: lesson('\nstop balancer') })).toEqual([
      expect.stringMatching(
        /^lessons\/01-a\.md:13: "balancer" is not in the stack here, expected one of .*app@server-1/,
      ),
    ]);
  });
});
