import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Question } from '../../src/course/model.ts';
import { type Answer, grade, sameAnswer, solution } from '../../src/quiz/answer.ts';
import { presented } from '../../src/quiz/presented.ts';
import { anyQuestion, samples } from './questions.ts';

const { choice, multiple, prediction, order, match, numeric, given, text } = samples;
const verdict = (question: Question, answer: Answer) => grade(question, answer, 'key').kind;

describe('grade', () => {
  it.each<[Question, Answer, string]>([
    [choice, { kind: 'choice', option: 'web' }, 'right'],
    [choice, { kind: 'choice', option: 'dns' }, 'wrong'],
    [choice, { kind: 'choice', option: 'gone' }, 'unclear'],
    [choice, { kind: 'prediction', option: 'web' }, 'unclear'],
    [prediction, { kind: 'prediction', option: 'web' }, 'right'],
    [prediction, { kind: 'prediction', option: 'app' }, 'wrong'],
    [multiple, { kind: 'multiple', options: ['c', 'a'] }, 'right'],
    [multiple, { kind: 'multiple', options: ['a'] }, 'wrong'],
    [multiple, { kind: 'multiple', options: ['a', 'b', 'c'] }, 'wrong'],
    [multiple, { kind: 'multiple', options: [] }, 'unclear'],
    [multiple, { kind: 'multiple', options: ['gone'] }, 'unclear'],
    [order, { kind: 'order', options: ['dns', 'tcp', 'http'] }, 'right'],
    [order, { kind: 'order', options: ['tcp', 'dns', 'http'] }, 'wrong'],
    [order, { kind: 'order', options: ['dns', 'tcp'] }, 'unclear'],
    [order, { kind: 'order', options: ['dns', 'dns', 'http'] }, 'unclear'],
    [order, { kind: 'order', options: ['dns', 'tcp', 'gone'] }, 'unclear'],
    [order, { kind: 'order', options: ['dns', 'tcp', 'http', 'dns'] }, 'unclear'],
    [match, { kind: 'match', pairs: { dns: 'dns', web: 'web', cdn: 'cdn' } }, 'right'],
    [match, { kind: 'match', pairs: { dns: 'dns', web: 'cdn', cdn: 'web' } }, 'right'],
    [match, { kind: 'match', pairs: { dns: 'web', web: 'dns', cdn: 'cdn' } }, 'wrong'],
    [match, { kind: 'match', pairs: { dns: 'dns' } }, 'unclear'],
    [match, { kind: 'match', pairs: { dns: 'dns', web: 'web', cdn: 'gone' } }, 'unclear'],
    [numeric, { kind: 'numeric', text: '8.66' }, 'right'],
    [numeric, { kind: 'numeric', text: '8,86 hours' }, 'right'],
    [numeric, { kind: 'numeric', text: '8.6599' }, 'wrong'],
    [numeric, { kind: 'numeric', text: '8.8601' }, 'wrong'],
    [numeric, { kind: 'numeric', text: 'many' }, 'unclear'],
    [text, { kind: 'text', text: '  nginx. ' }, 'right'],
    [text, { kind: 'text', text: 'WEB \t server .' }, 'right'],
    [text, { kind: 'text', text: '`nginx`' }, 'right'],
    [text, { kind: 'text', text: 'webserver' }, 'wrong'],
    [text, { kind: 'text', text: 'nginx..' }, 'wrong'],
    [text, { kind: 'text', text: ' . ' }, 'unclear'],
  ])('%#: $1 is $2', (question, answer, expected) => {
    expect(verdict(question, answer)).toBe(expected);
  });

  it('counts both ends of the tolerance in spite of binary fractions', () => {
    const sum: Question = {
      ...numeric,
      kind: 'numeric',
      given: [],
      unit: '',
      formula: '0.1 + 0.2',
      tolerance: 0,
    };
    expect(verdict(sum, { kind: 'numeric', text: '0.3' })).toBe('right');
    expect(verdict(sum, { kind: 'numeric', text: '0.3000001' })).toBe('wrong');
    const none: Question = { ...sum, formula: '0' };
    expect(verdict(none, { kind: 'numeric', text: '0' })).toBe('right');
    expect(verdict(none, { kind: 'numeric', text: '0.0000001' })).toBe('wrong');
  });

  it('calculates with the numbers that this learner is given', () => {
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) {
      const shown = presented(given, key);
      const n = shown.kind === 'numeric' ? shown.given[0]?.value : undefined;
      expect(shown.prompt).toBe(`How long for ${n} %?`);
      expect(grade(given, { kind: 'numeric', text: `${(n ?? 0) * 0.0876}` }, key).kind).toBe('right');
      expect(grade(given, { kind: 'numeric', text: `${(n ?? 0) * 0.0876 + 0.11}` }, key).kind).toBe('wrong');
    }
  });

  it('finds the solution of every question right', () => {
    fc.assert(
      fc.property(anyQuestion, fc.string(), (question, key) => {
        expect(grade(question, solution(question, key), key)).toEqual({ kind: 'right' });
      }),
    );
  });

  it('finds no order right that a question starts out with', () => {
    fc.assert(
      fc.property(anyQuestion, fc.string(), (question, key) => {
        const shown = presented(question, key);
        fc.pre(shown.kind === 'order');
        const answer: Answer = { kind: 'order', options: shown.options.map(option => option.id) };
        expect(grade(question, answer, key)).toEqual({ kind: 'wrong' });
      }),
    );
  });
});

describe('sameAnswer', () => {
  it('sees through order and spelling, but not through the kind of answer', () => {
    const same = (a: Answer, b: Answer) => sameAnswer(a, b);
    expect(same({ kind: 'multiple', options: ['a', 'b'] }, { kind: 'multiple', options: ['b', 'a'] })).toBe(
      true,
    );
    expect(same({ kind: 'order', options: ['a', 'b'] }, { kind: 'order', options: ['b', 'a'] })).toBe(false);
    expect(
      same({ kind: 'match', pairs: { a: 'x', b: 'y' } }, { kind: 'match', pairs: { b: 'y', a: 'x' } }),
    ).toBe(true);
    expect(same({ kind: 'text', text: 'Nginx.' }, { kind: 'text', text: ' nginx' })).toBe(true);
    expect(same({ kind: 'choice', option: 'a' }, { kind: 'choice', option: 'b' })).toBe(false);
  });
});

describe('presented', () => {
  it('numbers the options from 1, shows each once and always in the same place', () => {
    fc.assert(
      fc.property(anyQuestion, fc.string(), (question, key) => {
        const shown = presented(question, key);
        expect(presented(question, key)).toEqual(shown);
        const list = 'options' in shown ? shown.options : 'right' in shown ? shown.right : [];
        expect(list.map(option => option.number)).toEqual(list.map((_, index) => index + 1));
        const ids = 'options' in question ? question.options : 'pairs' in question ? question.pairs : [];
        expect(list.map(option => option.id).toSorted()).toEqual(ids.map(({ id }) => id).toSorted());
      }),
    );
  });

  it('gives nothing of the answer away', () => {
    expect(JSON.stringify(presented(choice, 'k'))).not.toContain('correct');
    expect(JSON.stringify(presented(choice, 'k'))).not.toContain('has the file');
    expect(presented(text, 'k')).toEqual({ kind: 'text', prompt: 'What answers?' });
  });
});
