import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Question } from '../../src/course/model.ts';
import { type Answer, solution } from '../../src/quiz/answer.ts';
import { presented } from '../../src/quiz/presented.ts';
import {
  type Attempt,
  creditOf,
  explanations,
  isFinished,
  isSolved,
  type QuestionState,
  questionReducer,
  shownHints,
  startQuestion,
  struckOptions,
  triesLeft,
} from '../../src/quiz/question-state.ts';
import { triesOf } from '../../src/quiz/score.ts';
import { samples, section } from './questions.ts';

const draw = { seed: 7, course: 'built-in', file: 'quizzes/request.md' };

function start(question: Question, attempts?: Attempt[]): QuestionState {
  const state = startQuestion(section(question, 'q', ['first', 'second']), draw, attempts);
  if (!state) throw new Error('asks nothing');
  return state;
}

function answer(state: QuestionState, ...answers: Answer[]): QuestionState {
  return answers.reduce((before, next) => questionReducer(before, { type: 'answer', answer: next }), state);
}

const pick = (option: string): Answer => ({ kind: 'choice', option });

describe('a question', () => {
  it('is none in a section that only tells something', () => {
    expect(startQuestion({ id: 'x', title: 'X', line: 1, items: [] }, draw)).toBeUndefined();
  });

  it('is worth 1, 0.5, 0.25 and then nothing', () => {
    const wrong = [pick('dns'), pick('app'), pick('db')];
    expect(creditOf(start(samples.choice))).toBe(0);
    expect(creditOf(answer(start(samples.choice), pick('web')))).toBe(1);
    expect(creditOf(answer(start(samples.choice), ...wrong.slice(0, 1), pick('web')))).toBe(0.5);
    expect(creditOf(answer(start(samples.choice), ...wrong.slice(0, 2), pick('web')))).toBe(0.25);
    expect(creditOf(answer(start(samples.choice), ...wrong, pick('web')))).toBe(0);
  });

  it('gives a prediction one try', () => {
    const state = answer(start(samples.prediction), { kind: 'prediction', option: 'dns' });
    expect(isFinished(state)).toBe(true);
    expect(isSolved(state)).toBe(false);
    expect(answer(state, { kind: 'prediction', option: 'web' })).toBe(state);
  });

  it('is locked once it is found', () => {
    const state = answer(start(samples.choice), pick('web'));
    expect(answer(state, pick('dns'))).toBe(state);
  });

  it('takes no try for an answer that is unclear or was given before, and says so', () => {
    const tried = answer(start(samples.choice), pick('dns'));
    expect(tried.message).toBeUndefined();
    const again = answer(tried, pick('dns'));
    expect(again).toEqual({ ...tried, message: 'You have tried this one already.' });
    expect(triesLeft(again)).toBe(2);
    const unclear = answer(start(samples.numeric), { kind: 'numeric', text: 'many' });
    expect(unclear.message).toBe('Type a number, in h.');
    expect(triesLeft(unclear)).toBe(3);
    expect(answer(again, pick('app')).message).toBeUndefined();
  });

  it('strikes wrong options, but none of a multiple choice', () => {
    expect(struckOptions(answer(start(samples.choice), pick('db'), pick('dns'), pick('web')))).toEqual([
      'db',
      'dns',
    ]);
    expect(struckOptions(answer(start(samples.multiple), { kind: 'multiple', options: ['a'] }))).toEqual([]);
  });

  it('shows hints one after another', () => {
    const hint = (state: QuestionState) => questionReducer(state, { type: 'hint' });
    const state = start(samples.choice);
    expect(shownHints(state)).toEqual([]);
    expect(shownHints(hint(state))).toEqual(['first']);
    const all = hint(hint(state));
    expect(shownHints(all)).toEqual(['first', 'second']);
    expect(hint(all)).toEqual(all);
  });

  it('explains only what was chosen until it is finished', () => {
    const state = start(samples.choice);
    expect(explanations(state)).toEqual([]);
    const tried = answer(state, pick('app'));
    expect(explanations(tried)).toEqual([{ option: 'app', correct: false, markdown: 'It is never asked.' }]);
    const of = presented(tried.question, tried.key);
    const shown = 'options' in of ? of.options.map(({ id }) => id) : [];
    // `db` has no explanation.
    const all = shown.filter(id => id !== 'db');
    expect(explanations(answer(tried, pick('web'))).map(one => one.option)).toEqual(all);
    expect(explanations(answer(tried, pick('dns'), pick('db'))).map(one => one.option)).toEqual(all);
  });

  it('explains a question without options only at its end, with the numbers given', () => {
    const state = start(samples.given);
    const wrong: Answer = { kind: 'numeric', text: '99' };
    expect(explanations(answer(state, wrong))).toEqual([]);
    const [one] = explanations(answer(state, wrong, solution(state.question, state.key)));
    expect(one?.markdown).toMatch(/^1 % of a year for \d+$/);
  });
});

describe('a question that is resumed', () => {
  it('is what it was', () => {
    const state = answer(start(samples.choice), pick('dns'), pick('app'));
    expect(start(samples.choice, state.attempts)).toEqual(state);
  });

  it('never has more tries than it allows, nor any after the right one', () => {
    const attempt = fc.record({ answer: fc.string().map(pick), right: fc.boolean() });
    fc.assert(
      fc.property(fc.array(attempt, { maxLength: 6 }), attempts => {
        const state = start(samples.choice, attempts);
        expect(state.attempts.length).toBeLessThanOrEqual(triesOf(samples.choice));
        expect(state.attempts.slice(0, -1).some(one => one.right)).toBe(false);
        expect(state.attempts).toEqual(attempts.slice(0, state.attempts.length));
      }),
    );
  });

  it('forgets answers to what it asked before the course was edited', () => {
    const attempts: Attempt[] = [{ answer: { kind: 'text', text: 'x' }, right: false }];
    expect(start(samples.choice, attempts).attempts).toEqual([]);
  });
});
