import { describe, expect, it } from 'vitest';
import type { Question, StepItem } from '../../src/course/model.ts';
import { parseLesson } from '../../src/course/parse-file.ts';

const front = '---\ntitle: T\nminutes: 1\nobjectives: [O]\nstack: one-server\n---\n';

const itemsOf = (...body: string[]): StepItem[] => {
  const { lesson, problems } = parseLesson('lessons/01-a.md', `${front}## A {#a}\n\n${body.join('\n')}\n`);
  expect(problems).toEqual([]);
  return lesson.steps[0]?.items ?? [];
};

const questionOf = (...body: string[]): Question | undefined =>
  itemsOf(...body).find(item => item.kind === 'question')?.question;

const optionsOf = (...list: string[]): unknown => {
  const question = questionOf('**Choose:** x?', '', ...list);
  return question && 'options' in question ? question.options : undefined;
};

describe('options', () => {
  const expected = [
    { id: 'one', markdown: 'one', correct: true, explanation: 'because' },
    { id: 'two', markdown: 'two', correct: false },
  ];

  it.each([
    ['tight', ['- [x] one', '  > because', '- [ ] two']],
    ['loose', ['- [x] one', '', '  > because', '', '- [ ] two']],
    ['with another bullet', ['* [X] one', '  > because', '* [ ] two']],
    ['indented further', ['-   [x] one', '    > because', '-   [ ] two']],
    ['numbered', ['1. [x] one', '   > because', '2. [ ] two']],
  ])('are the same %s', (_, list) => {
    expect(optionsOf(...list)).toEqual(expected);
  });

  it('may go over several lines', () => {
    expect(optionsOf('- [x] one', '  **and** `more`  ', '  {#one}', '- [ ] two {#two .S12}')).toEqual([
      { id: 'one', markdown: 'one **and** `more`', correct: true },
      { id: 'two', markdown: 'two', correct: false, misconception: 'S12' },
    ]);
  });

  it('may hold braces that are no id', () => {
    expect(optionsOf('- [x] `{#one}`', '- [ ] `{#two}` and {n}')).toEqual([
      { id: 'one', markdown: '`{#one}`', correct: true },
      { id: 'two-and-n', markdown: '`{#two}` and {n}', correct: false },
    ]);
  });

  it('of a choice may hold an arrow, those of a prediction end in their expectation', () => {
    expect(optionsOf('- [x] a => b', '- [ ] c')).toMatchObject([{ markdown: 'a => b' }, { markdown: 'c' }]);
    const lab = ['', '```lab', 'request / => ?', '```'];
    expect(
      questionOf('**Predict:** x?', '', '- [x] a => b => 200', '- [ ] `c => d` => 404 {#c}', ...lab),
    ).toMatchObject({
      kind: 'prediction',
      options: [
        { markdown: 'a => b', expectation: { kind: 'status', status: 200 } },
        { id: 'c', markdown: '`c => d`', expectation: { kind: 'status', status: 404 } },
      ],
    });
  });

  it('are a choice with one box ticked, a multiple choice with several', () => {
    expect(questionOf('**Choose:** x?', '', '- [x] a', '- [ ] b')?.kind).toBe('choice');
    expect(questionOf('**Choose:** x?', '', '- [x] a', '- [x] b', '- [ ] c')?.kind).toBe('multiple');
  });
});

describe('an explanation', () => {
  it('behind a block belongs to the question and is no text', () => {
    expect(itemsOf('**Order:** x?', '', '1. a', '2. b', '', '> because', '', 'more')).toMatchObject([
      { kind: 'question', question: { explanation: 'because' } },
      { kind: 'text', markdown: 'more' },
    ]);
  });

  it('is neither a hint nor a box', () => {
    expect(itemsOf('x?', '**Answer:** 5', '', '> [!TIP]', '> count', '', '> [!NOTE]', '> odd')).toMatchObject(
      [
        { kind: 'question' },
        { kind: 'hint', markdown: 'count' },
        { kind: 'text', markdown: '> [!NOTE]\n> odd' },
      ],
    );
  });
});

describe('an answer', () => {
  it.each([
    ['5 ± 0', { kind: 'numeric', formula: '5', tolerance: 0, unit: '' }],
    ['-1.5 ± 0.25 ms', { kind: 'numeric', formula: '-1.5', tolerance: 0.25, unit: 'ms' }],
    ['99.9 % ± 0.05 %', { kind: 'numeric', formula: '99.9', tolerance: 0.05, unit: '%' }],
    ['= 2 * (3 + 4) ± 0.1 h', { kind: 'numeric', formula: '2 * (3 + 4)', tolerance: 0.1, unit: 'h' }],
    ['5', { kind: 'text', accepted: ['5'] }],
    ['`a.b` | *c* | `a.b`', { kind: 'text', accepted: ['a.b', 'c'] }],
  ])('%s', (value, expected) => {
    expect(questionOf('x?', '', `**Answer:** ${value}`)).toMatchObject(expected);
  });

  it('is asked by the paragraph before it, with what stands between', () => {
    expect(
      itemsOf('Text.', '', 'Which status?', '', '```http', 'HTTP/1.1 404', '```', '', '**Answer:** 404'),
    ).toMatchObject([
      { kind: 'text', markdown: 'Text.' },
      { kind: 'question', question: { prompt: 'Which status?\n\n```http\nHTTP/1.1 404\n```' } },
    ]);
  });

  it('is asked by the lines above it in its paragraph', () => {
    expect(itemsOf('Text.', '', 'Which {n}?', 'Given: n = 1..5', '__Answer:__ = n ± 1')).toMatchObject([
      { kind: 'text', markdown: 'Text.' },
      { kind: 'question', question: { prompt: 'Which {n}?', line: 13, given: [{ name: 'n' }] } },
    ]);
  });
});
