import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDocument } from '../../src/progress/schema.ts';
import { anyProgress } from './documents.ts';

describe('readDocument', () => {
  it('reads back what was written', () => {
    fc.assert(
      fc.property(anyProgress, progress => {
        expect(readDocument(JSON.parse(JSON.stringify(progress)))).toEqual({ kind: 'progress', progress });
      }),
    );
  });

  it('never throws, and takes nothing else for progress', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(readDocument(value).kind).not.toBe('progress');
        expect(readDocument({ version: 2, seed: 1, courses: { a: value } }).kind).toBe('corrupt');
      }),
    );
  });

  it('keeps all of a document from before there was a review', () => {
    const run = {
      startedAt: 1,
      seed: 7,
      practice: false,
      answers: { ports: [{ answer: { kind: 'choice', option: 'a' }, right: true, at: 2 }] },
      finished: { at: 3, points: 1, outOf: 1, share: 1, passed: true },
    };
    const courses = {
      'built-in': {
        epoch: 1,
        lessons: {
          'lessons/a.md': {
            epoch: 2,
            steps: { one: { seenAt: 4, doneAt: 5, prediction: { option: 'x', right: false, at: 5 } } },
          },
        },
        quizzes: { 'quizzes/a.md': { epoch: 0, runs: { r: run } } },
      },
    };
    expect(readDocument({ version: 1, seed: 9, courses })).toEqual({
      kind: 'progress',
      progress: { version: 2, seed: 9, courses },
    });
  });

  it('says where a document is wrong', () => {
    const lessons = { 'lessons/a.md': { epoch: 0, steps: { one: { seenAt: 'today' } } } };
    const reading = readDocument({ version: 2, seed: 1, courses: { c: { epoch: 0, lessons, quizzes: {} } } });
    expect(reading).toMatchObject({
      kind: 'corrupt',
      reason: expect.stringContaining('courses.c.lessons.lessons/a.md.steps.one.seenAt'),
    });
  });

  it('knows a newer document, whatever it holds', () => {
    expect(readDocument({ version: 3, other: true })).toEqual({ kind: 'newer', version: 3 });
  });

  it('brings an older document up to date, and only through known versions', () => {
    const old = { version: 0, luckyNumber: 5 };
    const migrations = {
      0: (document: object) => ({
        version: 1,
        seed: 'luckyNumber' in document ? document.luckyNumber : 0,
        courses: {},
      }),
      1: (document: object) => ({ ...document, version: 2 }),
    };
    expect(readDocument(old, migrations)).toEqual({
      kind: 'progress',
      progress: { version: 2, seed: 5, courses: {} },
    });
    expect(readDocument(old, {}).kind).toBe('corrupt');
  });
});
