import { describe, expect, it } from 'vitest';
import { choose, entriesOf } from '../../src/plain/home.ts';
import { progressLines } from '../../src/plain/progress.ts';
import { applyEvents, type ProgressEvent } from '../../src/progress/events.ts';
import { emptyProgress } from '../../src/progress/progress.ts';
import { summarise } from '../../src/progress/summary.ts';
import { course, lesson, quiz } from './course.ts';
import { scriptedConsole } from './scripted-console.ts';

const place = { course: course.id, at: 1 };
const seen: ProgressEvent = { ...place, type: 'step-seen', file: lesson.file, step: 'page' };
const done: ProgressEvent = { ...place, type: 'step-done', file: lesson.file, step: 'page' };
const allDone = lesson.steps.map(({ id }): ProgressEvent => ({ ...done, step: id }));
const summaryAfter = (...events: ProgressEvent[]) => summarise(course, applyEvents(emptyProgress(7), events));

const run = { ...place, file: quiz.file, run: 'r' };
const passed: ProgressEvent[] = [
  { ...run, type: 'run-started', seed: 7, practice: false },
  { ...run, type: 'run-finished', score: { points: 2.5, outOf: 3, share: 2.5 / 3, passed: true } },
];

describe('home in plain lines', () => {
  it('puts first what comes next', () => {
    expect(entriesOf(summaryAfter()).map(({ label }) => label)).toEqual([
      'Start with the lesson: The small story (new, 3 steps)',
      'Lessons: 0 of 1 done',
      'Quizzes: 0 of 1 passed',
      'Lab: type commands for the running stack',
      'Review: ask again what was wrong',
      'Progress',
      'Glossary: what the words mean',
    ]);
    expect(entriesOf(summaryAfter(seen, done))[0]?.label).toBe(
      'Continue with the lesson: The small story (1 of 3 steps done)',
    );
    expect(entriesOf(summaryAfter(...allDone))[0]).toEqual({
      label: 'Continue with the quiz: Small quiz (new, 3 questions)',
      choice: { kind: 'quiz', id: 'small' },
    });
    expect(entriesOf(summaryAfter(...allDone, ...passed))[0]?.label).toBe('Lessons: 1 of 1 done');
  });

  it.each([
    ['1', { kind: 'lesson', id: 'small' }],
    ['', { kind: 'lesson', id: 'small' }],
    [' 4 ', { kind: 'lab' }],
    ['q', undefined],
    ['Q', undefined],
  ])('understands "%s"', async (answer, choice) => {
    expect(await choose(scriptedConsole([answer]), summaryAfter())).toEqual(choice);
  });

  it('lists lessons and quizzes by themselves, with a way back', async () => {
    const console = scriptedConsole(['2', 'q', '3', '1']);
    expect(await choose(console, summaryAfter())).toEqual({ kind: 'quiz', id: 'small' });
    expect(console.text).toContain('== Lessons ==\n\n  1. Lesson: The small story (new, 3 steps)');
    expect(console.text).toContain('== Quizzes ==\n\n  1. Quiz: Small quiz (new, 3 questions)');
  });

  it('asks again when it does not understand, and ends with the input', async () => {
    const console = scriptedConsole(['9', '0', 'x', '1.5']);
    expect(await choose(console, summaryAfter())).toBeUndefined();
    expect(console.text.match(/Please write a number from 1 to 7, or q\./g)).toHaveLength(4);
  });
});

describe('progress in plain lines', () => {
  it('has a line for each lesson and quiz, and says what comes next', () => {
    expect(progressLines(summaryAfter(), 80)).toEqual([
      '- Lesson small, The small story: new, 3 steps',
      '- Quiz small, Small quiz: new, 3 questions',
      'Next: web-stack-tutor learn small',
    ]);
    expect(progressLines(summaryAfter(...allDone, ...passed), 80)).toEqual([
      '- Lesson small, The small story: done',
      '- Quiz small, Small quiz: passed, best 83 % of 1 run',
      'Everything is done.',
    ]);
  });

  it('tells of predictions, and of a quiz that was left half-way', () => {
    const predicted: ProgressEvent = {
      ...place,
      type: 'predicted',
      file: lesson.file,
      step: 'gone',
      option: 'bad-gateway',
      right: true,
    };
    const answered: ProgressEvent = {
      ...run,
      type: 'answered',
      question: 'ports',
      attempt: { answer: { kind: 'choice', option: 'eighty' }, right: true },
    };
    const [started] = passed;
    const lines = progressLines(summaryAfter(seen, predicted, ...(started ? [started] : []), answered), 80);
    expect(lines[0]).toBe('- Lesson small, The small story: 0 of 3 steps done, 1 of 1 prediction right');
    expect(lines[1]).toBe('- Quiz small, Small quiz: left half-way with 1 of 3 begun and 1 point');
  });
});
