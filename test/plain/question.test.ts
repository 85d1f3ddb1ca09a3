import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { questionLines, readAnswer } from '../../src/plain/question.ts';
import { type Answer, grade, solution } from '../../src/quiz/answer.ts';
import { type Presented, presented } from '../../src/quiz/presented.ts';
import { anyQuestion, samples } from '../quiz/questions.ts';

const key = '[1,"built-in","quizzes/request.md","q"]';

const numberOf = (options: readonly { number: number; id: string }[], id: string): number =>
  options.find(option => option.id === id)?.number ?? 0;

/** The answer as a learner would type it. */
const typed = (question: Presented, answer: Answer): string => {
  switch (answer.kind) {
    case 'choice':
    case 'prediction':
      return 'options' in question ? `${numberOf(question.options, answer.option)}` : '';
    case 'multiple':
    case 'order':
      return 'options' in question ? answer.options.map(id => numberOf(question.options, id)).join(' ') : '';
    case 'match':
      return question.kind === 'match'
        ? question.left
            .map(
              ({ id }, index) => `${'abcdefghi'[index]}${numberOf(question.right, answer.pairs[id] ?? '')}`,
            )
            .join(' ')
        : '';
    case 'numeric':
    case 'text':
      return answer.text;
    case 'challenge':
      return '';
  }
};

describe('reading an answer', () => {
  it('reads the right answer of any question, as it is typed', () => {
    fc.assert(
      fc.property(anyQuestion, fc.string(), (question, of) => {
        const asked = presented(question, of);
        const answer = readAnswer(asked, typed(asked, solution(question, of)));
        expect(typeof answer).toBe('object');
        expect(grade(question, answer as Answer, of)).toEqual({ kind: 'right' });
      }),
    );
  });

  it('turns anything into an answer of the kind of the question, or into a sentence', () => {
    fc.assert(
      fc.property(anyQuestion, fc.string(), fc.string(), (question, of, written) => {
        const answer = readAnswer(presented(question, of), written);
        if (typeof answer === 'string') expect(answer).toMatch(/^Please write .*\.$/);
        else expect(answer.kind).toBe(question.kind);
      }),
    );
  });

  it.each([
    ['choice', '2', { kind: 'choice', option: 'b' }],
    ['choice', ' 2. ', { kind: 'choice', option: 'b' }],
    ['multiple', '1 3', { kind: 'multiple', options: ['a', 'c'] }],
    ['multiple', '1,3', { kind: 'multiple', options: ['a', 'c'] }],
    ['multiple', '13', { kind: 'multiple', options: ['a', 'c'] }],
    ['order', '312', { kind: 'order', options: ['c', 'a', 'b'] }],
    ['order', '3 1 2', { kind: 'order', options: ['c', 'a', 'b'] }],
  ] as const)('reads %s: %s', (kind, written, answer) => {
    expect(readAnswer(threeOptions(kind), written)).toEqual(answer);
  });

  it.each([
    ['choice', ''],
    ['choice', '4'],
    ['choice', '0'],
    ['choice', '1 2'],
    ['choice', 'b'],
    ['multiple', '1 1'],
    ['multiple', '1 4'],
    ['order', '1 2'],
    ['order', '1 2 2'],
    ['order', '1 2 3 1'],
  ] as const)('does not understand %s: "%s"', (kind, written) => {
    expect(readAnswer(threeOptions(kind), written)).toMatch(/^Please write/);
  });

  it.each(['a2 b1', 'A2, B1', 'a: 2; b: 1', 'b1 a2', '2 1', '21'])('reads a match: %s', written => {
    expect(readAnswer(match, written)).toEqual({
      kind: 'match',
      pairs: { dns: 'right-web', web: 'right-dns' },
    });
  });

  it.each(['', 'a2', 'a2 a1', 'a2 b3', 'a2 b1 c1', '2', '1 2 1'])(
    'does not understand a match: "%s"',
    written => {
      expect(readAnswer(match, written)).toMatch(/^Please write/);
    },
  );
});

const threeOptions = (kind: 'choice' | 'multiple' | 'order'): Presented => ({
  kind,
  prompt: 'Which?',
  options: ['a', 'b', 'c'].map((id, index) => ({ number: index + 1, id, markdown: id.toUpperCase() })),
});

const match: Presented = {
  kind: 'match',
  prompt: 'Match',
  heads: ['part', 'port'],
  left: [
    { id: 'dns', markdown: 'DNS' },
    { id: 'web', markdown: 'Nginx' },
  ],
  right: [
    { number: 1, id: 'right-dns', markdown: '53' },
    { number: 2, id: 'right-web', markdown: '80' },
  ],
};

describe('a question as lines', () => {
  it('numbers the options and letters the left side of a match', () => {
    expect(questionLines(match, 80)).toEqual([
      'Match: Match',
      '',
      'part:',
      '  a. DNS',
      '  b. Nginx',
      '',
      'port:',
      '  1. 53',
      '  2. 80',
    ]);
  });

  it('fills in the numbers that the learner was given', () => {
    const lines = questionLines(presented(samples.given, key), 80).join('\n');
    expect(lines).toMatch(/^Question: How long for \d+ %\?$/);
  });

  it('wraps long options behind their number', () => {
    const long = {
      ...threeOptions('choice'),
      options: [{ number: 1, id: 'a', markdown: 'word '.repeat(10) }],
    };
    expect(questionLines(long as Presented, 24)).toEqual([
      'Question: Which?',
      '',
      '  1. word word word word',
      '     word word word word',
      '     word word',
    ]);
  });
});
