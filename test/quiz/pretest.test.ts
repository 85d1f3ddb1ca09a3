import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Course } from '../../src/course/model.ts';
import {
  isPretestOver,
  pretestAnswers,
  pretestQuestions,
  pretestReducer,
  startPretest,
} from '../../src/quiz/pretest.ts';
import { quizOf, samples } from './questions.ts';

const { choice, multiple, numeric, prediction, text } = samples;
const course: Course = { id: 'c', dir: '/c', lessons: [], quizzes: [] };
const many = quizOf({ a: choice, b: choice, c: prediction, d: choice, e: multiple, f: choice, g: text });

describe('the questions of a pretest', () => {
  it('are three single choices, drawn by the seed, and none that the stack answers', () => {
    const drawn = new Set<string>();
    fc.assert(
      fc.property(fc.nat(), seed => {
        const ids = pretestQuestions(many, course, seed).map(({ id }) => id);
        expect(new Set(ids).size).toBe(3);
        expect(ids.every(id => ['a', 'b', 'd', 'f'].includes(id))).toBe(true);
        expect(pretestQuestions(many, course, seed).map(({ id }) => id)).toEqual(ids);
        drawn.add(ids.toSorted().join());
      }),
    );
    expect(drawn.size).toBe(4);
  });

  it('are of other kinds where there are too few choices, and none where there are too few at all', () => {
    const mixed = quizOf({ a: choice, b: text, c: numeric, d: prediction });
    expect(
      pretestQuestions(mixed, course, 1)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['a', 'b', 'c']);
    expect(pretestQuestions(quizOf({ a: choice, b: choice, d: prediction }), course, 1)).toEqual([]);
  });
});

it('takes one try each, says nothing about it, and lets nobody guess who does not want to', () => {
  const steps = quizOf({ a: choice, b: choice, c: numeric }).questions;
  const start = startPretest(steps, { seed: 1, course: 'c', file: 'q' });
  const once = pretestReducer(start, { type: 'answer', answer: { kind: 'choice', option: 'app' } });
  expect(once.current).toBe(1);
  const twice = pretestReducer(once, { type: 'unknown' });
  expect(twice.current).toBe(2);
  // What cannot be understood is no try.
  const unclear = pretestReducer(twice, { type: 'answer', answer: { kind: 'numeric', text: 'noon' } });
  expect(unclear.current).toBe(2);
  expect(isPretestOver(unclear)).toBe(false);
  const over = pretestReducer(unclear, { type: 'answer', answer: { kind: 'numeric', text: '8.76' } });
  expect(isPretestOver(over)).toBe(true);
  expect(pretestReducer(over, { type: 'unknown' })).toEqual(over);
  expect(pretestAnswers(over)).toEqual({
    a: { answer: { kind: 'choice', option: 'app' }, right: false },
    b: null,
    c: { answer: { kind: 'numeric', text: '8.76' }, right: true },
  });
});
