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

describe('reviews, pretest and challenges', () => {
  const attempts = [{ answer: { kind: 'choice' as const, option: 'x' }, right: true }];
  const reviewed = (sitting: string, at: number): ProgressEvent => ({
    type: 'reviewed',
    of: 'quiz',
    course,
    file: quiz,
    question: 'q',
    sitting,
    at,
    attempts,
  });
  const passed = (run: string, at: number): ProgressEvent => ({
    type: 'challenge-passed',
    course,
    file: quiz,
    question: 'c',
    at,
    evidence: { run, measurements: { availability: '99.8 %' } },
  });

  it('keep the sittings of both tutors, and each of them once', () => {
    const common = applyEvents(none, [reviewed('s1', 1)]);
    const both = merge(applyEvents(common, [reviewed('s2', 2)]), applyEvents(common, [reviewed('s3', 3)]));
    expect(quizProgress(both, course, quiz).reviews).toEqual({
      q: { s1: { at: 1, attempts }, s2: { at: 2, attempts }, s3: { at: 3, attempts } },
    });
  });

  it('keep a lesson apart from a quiz', () => {
    const event = { ...reviewed('s', 1), of: 'lesson', file: lesson } as ProgressEvent;
    const after = applyEvent(none, event);
    expect(lessonProgress(after, course, lesson).reviews).toEqual({ q: { s: { at: 1, attempts } } });
    expect(quizProgress(after, course, quiz).reviews).toBeUndefined();
  });

  it('let the first pretest and the first pass count', () => {
    const pretested = (at: number, right: boolean): ProgressEvent => ({
      type: 'pretested',
      course,
      file: quiz,
      at,
      questions: { q: { answer: { kind: 'choice', option: 'x' }, right } },
    });
    const a = applyEvents(none, [pretested(1, false), pretested(2, true), passed('r1', 5), passed('r2', 6)]);
    const b = applyEvents(none, [pretested(3, true), passed('r0', 4)]);
    for (const both of [merge(a, b), merge(b, a)]) {
      const known = quizProgress(both, course, quiz);
      expect(known.pretest).toMatchObject({ at: 1, questions: { q: { right: false } } });
      expect(known.challenges).toEqual({
        c: { at: 4, run: 'r0', measurements: { availability: '99.8 %' } },
      });
    }
  });

  it('are forgotten with their quiz', () => {
    const past = applyEvents(none, [reviewed('s', 1), passed('r', 2)]);
    const emptied = applyEvent(past, { type: 'quiz-reset', course, file: quiz, at: 3 });
    expect(quizProgress(merge(past, emptied), course, quiz)).toEqual({ epoch: 1, runs: {} });
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
