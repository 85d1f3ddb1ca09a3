import { describe, expect, it } from 'vitest';
import type { Course, Lesson, Step } from '../../src/course/model.ts';
import { applyEvents, type ProgressEvent } from '../../src/progress/events.ts';
import { emptyProgress } from '../../src/progress/progress.ts';
import { continueAt, summarise } from '../../src/progress/summary.ts';
import { quizOf, samples, section } from '../quiz/questions.ts';

function lesson(id: string): Lesson {
  const steps = [section(samples.prediction, 'one'), section(samples.text, 'two')];
  return { file: `lessons/${id}.md`, id, title: id, minutes: 5, objectives: [], stack: 'one-server', steps };
}

const quiz = quizOf({ one: samples.choice, two: samples.text });
const course: Course = {
  id: 'built-in',
  dir: '/course',
  lessons: [lesson('first'), lesson('second')],
  quizzes: [quiz],
};

const at = (file: string, step: string) => ({ kind: 'step', file: `lessons/${file}.md`, id: file, step });
const done = (file: string, step: string, time: number): ProgressEvent => ({
  type: 'step-done',
  course: course.id,
  file: `lessons/${file}.md`,
  step,
  at: time,
});
const seen = (file: string, step: string, time: number): ProgressEvent =>
  ({
    ...done(file, step, time),
    type: 'step-seen',
  }) as ProgressEvent;
const begun = (run: string, time: number, practice = false): ProgressEvent => ({
  type: 'run-started',
  course: course.id,
  file: quiz.file,
  run,
  seed: 1,
  practice,
  at: time,
});
const finished = (run: string, share: number, time: number): ProgressEvent => ({
  type: 'run-finished',
  course: course.id,
  file: quiz.file,
  run,
  score: { points: 2 * share, outOf: 2, share, passed: share >= 0.8 },
  at: time,
});
const all = ['first', 'second'].flatMap(id => [done(id, 'one', 1), done(id, 'two', 2)]);
const given = (...events: ProgressEvent[]) => applyEvents(emptyProgress(1), events);
const next = (...events: ProgressEvent[]) => continueAt(course, given(...events));

describe('where to go on', () => {
  it('is the first step at first', () => {
    expect(next()).toEqual(at('first', 'one'));
  });

  it('is the step that was last on screen, or the one behind it when it is done', () => {
    expect(next(seen('first', 'one', 1), seen('first', 'two', 2))).toEqual(at('first', 'two'));
    expect(next(seen('second', 'one', 2), seen('first', 'two', 1))).toEqual(at('second', 'one'));
    expect(next(done('first', 'one', 1))).toEqual(at('first', 'two'));
    expect(next(done('first', 'one', 1), done('first', 'two', 2))).toEqual(at('second', 'one'));
  });

  it('is what was left out, once the end is reached', () => {
    expect(next(done('second', 'two', 1))).toEqual(at('first', 'one'));
  });

  it('is the quiz that was left half-way, if that was last in hand', () => {
    const open = { kind: 'quiz', file: quiz.file, id: 'request', run: 'r' };
    expect(next(seen('first', 'one', 1), begun('r', 2))).toEqual(open);
    expect(next(seen('first', 'one', 3), begun('r', 2))).toEqual(at('first', 'one'));
    expect(next(...all, seen('second', 'two', 9), begun('r', 3))).toEqual(open);
    expect(next(seen('first', 'one', 1), begun('r', 2, true))).toEqual(at('first', 'one'));
  });

  it('is a quiz that is not passed when all steps are done, and nothing after that', () => {
    expect(next(...all)).toEqual({ kind: 'quiz', file: quiz.file, id: 'request', run: null });
    expect(next(...all, begun('r', 3), finished('r', 1, 4))).toBeUndefined();
  });

  it('begins a lesson anew after its reset', () => {
    const reset: ProgressEvent = {
      type: 'lesson-reset',
      course: course.id,
      file: 'lessons/second.md',
      at: 9,
    };
    expect(next(...all, reset)).toEqual(at('second', 'one'));
  });
});

describe('summarise', () => {
  it('counts the steps and predictions that the course still has', () => {
    const progress = given(
      {
        type: 'predicted',
        course: course.id,
        file: 'lessons/first.md',
        step: 'one',
        option: 'x',
        right: true,
        at: 1,
      },
      done('first', 'one', 2),
      done('first', 'removed', 3),
      {
        type: 'predicted',
        course: course.id,
        file: 'lessons/first.md',
        step: 'removed',
        option: 'x',
        right: true,
        at: 1,
      },
      done('second', 'one', 1),
      done('second', 'two', 1),
    );
    expect(summarise(course, progress).lessons).toEqual([
      {
        file: 'lessons/first.md',
        id: 'first',
        title: 'first',
        state: 'begun',
        steps: 2,
        seen: 1,
        done: 1,
        predictions: { asked: 1, answered: 1, right: 1 },
      },
      {
        file: 'lessons/second.md',
        id: 'second',
        title: 'second',
        state: 'done',
        steps: 2,
        seen: 2,
        done: 2,
        predictions: { asked: 1, answered: 0, right: 0 },
      },
    ]);
  });

  it('lets the best complete run of a quiz count, and practice not at all', () => {
    const progress = given(
      begun('a', 1),
      finished('a', 0.9, 2),
      begun('b', 3),
      finished('b', 0.5, 4),
      begun('practice', 5, true),
      finished('practice', 1, 6),
      begun('open', 7),
    );
    expect(summarise(course, progress).quizzes).toEqual([
      {
        file: quiz.file,
        id: 'request',
        title: 'The request',
        questions: 2,
        runs: 2,
        best: { points: 1.8, outOf: 2, share: 0.9, at: '1970-01-01T00:00:00.002Z' },
        passed: true,
        halfWay: 0,
        pointsSoFar: 0,
        gain: null,
        challenges: [],
        mastery: { share: 1, reached: true },
      },
    ]);
  });

  const right = { answer: { kind: 'choice' as const, option: 'web' }, right: true };
  const wrong = { answer: { kind: 'choice' as const, option: 'app' }, right: false };
  const answered = (run: string, question: string, attempt: typeof right, time: number): ProgressEvent => ({
    type: 'answered',
    course: course.id,
    file: quiz.file,
    run,
    question,
    attempt,
    at: time,
  });

  it('counts the points of a run that was left half-way', () => {
    const progress = given(begun('r', 1), answered('r', 'one', wrong, 2), answered('r', 'one', right, 3));
    expect(summarise(course, progress).quizzes[0]).toMatchObject({
      best: null,
      halfWay: 1,
      pointsSoFar: 0.5,
    });
  });

  it('tells the gain since the pretest by the run that counts', () => {
    const pretested: ProgressEvent = {
      type: 'pretested',
      course: course.id,
      file: quiz.file,
      at: 1,
      questions: { one: null },
    };
    const progress = given(
      pretested,
      begun('a', 2),
      answered('a', 'one', wrong, 3),
      finished('a', 0.5, 4),
      begun('b', 5),
      answered('b', 'one', right, 6),
      finished('b', 1, 7),
    );
    expect(summarise(course, progress).quizzes[0]?.gain).toEqual({ asked: 1, before: 0, after: 1, gain: 1 });
    expect(summarise(course, given(pretested)).quizzes[0]?.gain).toBeNull();
  });

  it('needs the challenge as well for mastery', () => {
    const challenge = {
      line: 1,
      stack: 'one-server' as const,
      goals: [],
      hints: [],
      setup: [],
      solution: [],
      nearMisses: [],
    };
    const task: Step = { id: 'mend', title: 'Mend it', line: 9, items: [{ kind: 'challenge', challenge }] };
    const withTask = { ...course, quizzes: [{ ...quiz, questions: [...quiz.questions, task] }] };
    const of = (...events: ProgressEvent[]) => summarise(withTask, given(...events)).quizzes[0];
    const passed: ProgressEvent = {
      type: 'challenge-passed',
      course: course.id,
      file: quiz.file,
      question: 'mend',
      at: 5,
      evidence: { run: 'run-1', measurements: { 'availability >= 99%': '99.8 %' } },
    };
    // A challenge is one of the questions of its quiz.
    expect(of()).toMatchObject({ questions: 3, mastery: { share: 0, reached: false } });
    expect(of(begun('a', 1), finished('a', 0.4, 2))?.mastery).toEqual({ share: 0.25, reached: false });
    expect(of(begun('a', 1), finished('a', 1, 2))?.mastery).toEqual({ share: 0.5, reached: false });
    expect(of(passed)?.mastery).toEqual({ share: 0.5, reached: false });
    expect(of(begun('a', 1), finished('a', 1, 2), passed)).toMatchObject({
      mastery: { share: 1, reached: true },
      challenges: [
        {
          id: 'mend',
          title: 'Mend it',
          passed: {
            run: 'run-1',
            at: '1970-01-01T00:00:00.005Z',
            measurements: { 'availability >= 99%': '99.8 %' },
          },
        },
      ],
    });
  });

  it('is plain JSON', () => {
    const summary = summarise(course, given(...all, begun('r', 3), finished('r', 1, 4)));
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
    expect(summary.continue).toBeNull();
  });
});
