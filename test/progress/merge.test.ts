import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEvent, applyEvents, type ProgressEvent } from '../../src/progress/events.ts';
import { merge } from '../../src/progress/merge.ts';
import { emptyProgress, lessonProgress, quizProgress } from '../../src/progress/progress.ts';
import { readDocument } from '../../src/progress/schema.ts';
import { anyEvent, anyProgress } from './documents.ts';

const course = 'built-in';
const lesson = 'lessons/01-a.md';
const quiz = 'quizzes/a.md';
const none = emptyProgress(1);

describe('merge', () => {
  it('is commutative', () => {
    fc.assert(
      fc.property(anyProgress, anyProgress, (a, b) => {
        expect(merge(a, b)).toEqual(merge(b, a));
      }),
      { numRuns: 1000 },
    );
  });

  it('is associative', () => {
    fc.assert(
      fc.property(anyProgress, anyProgress, anyProgress, (a, b, c) => {
        expect(merge(merge(a, b), c)).toEqual(merge(a, merge(b, c)));
      }),
    );
  });

  it('is idempotent', () => {
    fc.assert(
      fc.property(anyProgress, anyProgress, (a, b) => {
        expect(merge(a, a)).toEqual(a);
        expect(merge(merge(a, b), b)).toEqual(merge(a, b));
      }),
    );
  });

  it('adds nothing and loses nothing of what went on from a common past', () => {
    fc.assert(
      fc.property(anyProgress, fc.array(anyEvent), (past, events) => {
        const later = applyEvents(past, events);
        expect(merge(past, later)).toEqual(later);
      }),
    );
  });

  it('keeps the steps, answers and runs of both', () => {
    const a = applyEvents(none, [
      { type: 'step-done', course, file: lesson, step: 'one', at: 5 },
      { type: 'predicted', course, file: lesson, step: 'one', option: 'late', right: true, at: 5 },
      { type: 'run-started', course, file: quiz, run: 'r1', seed: 1, practice: false, at: 1 },
    ]);
    const b = applyEvents(none, [
      { type: 'step-done', course, file: lesson, step: 'one', at: 4 },
      { type: 'predicted', course, file: lesson, step: 'one', option: 'early', right: false, at: 2 },
      { type: 'step-seen', course, file: lesson, step: 'two', at: 3 },
      { type: 'run-started', course, file: quiz, run: 'r2', seed: 1, practice: false, at: 2 },
    ]);
    const both = merge(a, b);
    expect(lessonProgress(both, course, lesson).steps).toEqual({
      one: { seenAt: 5, doneAt: 4, prediction: { option: 'early', right: false, at: 2 } },
      two: { seenAt: 3 },
    });
    expect(Object.keys(quizProgress(both, course, quiz).runs)).toEqual(['r1', 'r2']);
  });
});

describe('a reset', () => {
  const resets: ProgressEvent[] = [
    { type: 'course-reset', course, at: 9 },
    { type: 'lesson-reset', course, file: lesson, at: 9 },
  ];

  it.each(resets)('$type wins over a tutor that still knows the past', reset => {
    const past = applyEvent(none, { type: 'step-done', course, file: lesson, step: 'one', at: 1 });
    const emptied = applyEvent(past, reset);
    expect(lessonProgress(merge(emptied, past), course, lesson).steps).toEqual({});
    expect(lessonProgress(merge(past, emptied), course, lesson).steps).toEqual({});
  });

  it('keeps what is done after it, in either tutor', () => {
    fc.assert(
      fc.property(anyProgress, fc.constantFrom(...resets), (past, reset) => {
        const emptied = applyEvent(past, reset);
        const again = applyEvent(emptied, { type: 'step-done', course, file: lesson, step: 'a', at: 3 });
        const other = applyEvent(emptied, { type: 'step-seen', course, file: lesson, step: 'b', at: 4 });
        const merged = merge(merge(past, again), other);
        expect(lessonProgress(merged, course, lesson).steps).toEqual({
          a: { seenAt: 3, doneAt: 3 },
          b: { seenAt: 4 },
        });
      }),
    );
  });

  it('takes one lesson or quiz only', () => {
    const past = applyEvents(none, [
      { type: 'step-seen', course, file: lesson, step: 'one', at: 1 },
      { type: 'step-seen', course, file: 'lessons/02-b.md', step: 'one', at: 1 },
      { type: 'run-started', course, file: quiz, run: 'r', seed: 1, practice: false, at: 1 },
    ]);
    const after = applyEvents(past, [
      { type: 'lesson-reset', course, file: lesson, at: 2 },
      { type: 'quiz-reset', course, file: quiz, at: 2 },
    ]);
    expect(lessonProgress(after, course, lesson).steps).toEqual({});
    expect(quizProgress(after, course, quiz).runs).toEqual({});
    expect(lessonProgress(after, course, 'lessons/02-b.md').steps).toEqual({ one: { seenAt: 1 } });
  });

  it('drops answers to a run that it took away', () => {
    const after = applyEvents(none, [
      { type: 'run-started', course, file: quiz, run: 'r', seed: 1, practice: false, at: 1 },
      { type: 'quiz-reset', course, file: quiz, at: 2 },
      {
        type: 'answered',
        course,
        file: quiz,
        run: 'r',
        question: 'q',
        attempt: { answer: { kind: 'text', text: 'x' }, right: true },
        at: 3,
      },
      {
        type: 'run-finished',
        course,
        file: quiz,
        run: 'r',
        score: { points: 1, outOf: 1, share: 1, passed: true },
        at: 4,
      },
    ]);
    expect(quizProgress(after, course, quiz)).toEqual({ epoch: 1, runs: {} });
  });
});

describe('events', () => {
  it('let the first prediction count, the first time done, and the last time seen', () => {
    const after = applyEvents(none, [
      { type: 'step-seen', course, file: lesson, step: 'one', at: 1 },
      { type: 'predicted', course, file: lesson, step: 'one', option: 'a', right: false, at: 2 },
      { type: 'step-done', course, file: lesson, step: 'one', at: 3 },
      { type: 'predicted', course, file: lesson, step: 'one', option: 'b', right: true, at: 4 },
      { type: 'step-done', course, file: lesson, step: 'one', at: 5 },
    ]);
    expect(lessonProgress(after, course, lesson).steps).toEqual({
      one: { seenAt: 5, doneAt: 3, prediction: { option: 'a', right: false, at: 2 } },
    });
  });

  it('leave a document that can be read again, also where an id is called like a member of objects', () => {
    fc.assert(
      fc.property(fc.array(anyEvent), events => {
        const after = applyEvents(none, events);
        expect(readDocument(JSON.parse(JSON.stringify(after)))).toEqual({
          kind: 'progress',
          progress: after,
        });
      }),
    );
  });
});
