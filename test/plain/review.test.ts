import { describe, expect, it } from 'vitest';
import { loadCourse } from '../../src/course/load.ts';
import { playReview } from '../../src/plain/review.ts';
import type { ProgressEvent } from '../../src/progress/events.ts';
import { reviewItems } from '../../src/progress/review.ts';
import { liveStack } from '../tui/fake-stack.ts';
import { loopCourse } from '../tui/fixtures.ts';
import { memoryStore } from '../tui/store.ts';
import { scriptedConsole, tooWide } from './scripted-console.ts';

const day = 24 * 60 * 60_000;
const { course } = await loadCourse(loopCourse);

const learner = async () => {
  const store = memoryStore();
  const place = { course: course.id, file: 'quizzes/parts.md', run: 'r' };
  await store.record(
    { ...place, type: 'run-started', at: 0, seed: 1, practice: false },
    ...[0, 1].map(
      (at): ProgressEvent => ({
        ...place,
        type: 'answered',
        at,
        question: 'runs-code',
        attempt: {
          answer: { kind: 'choice', option: at === 0 ? 'nginx' : 'app-server' },
          right: at === 1,
        },
      }),
    ),
  );
  return store;
};

/** Answers by the beginning of an option, whatever number it has; others as they are. */
const play = async (answers: readonly string[], now: number) => {
  const store = await learner();
  const left = [...answers];
  const console = scriptedConsole();
  const ask = async (prompt: string): Promise<string | undefined> => {
    const wanted = left.shift();
    const options = [...console.text.matchAll(/^ {2}(\d)\. (.*)$/gm)].reverse();
    const number = wanted && options.find(([, , text = '']) => text.startsWith(wanted))?.[1];
    console.out(`${prompt}${number ?? wanted ?? ''}`);
    return number ?? wanted;
  };
  const held = await playReview({
    course,
    store,
    console: Object.defineProperty({ ...console, ask }, 'text', { get: () => console.text }),
    openStack: async () => liveStack(),
    signal: new AbortController().signal,
    now: () => now,
  });
  return { text: console.text, held, left, store, due: reviewItems(course, store.progress())[0]?.due ?? 0 };
};

describe('a review in plain lines', () => {
  it('runs the experiment first, asks again, and says when the next is due', async () => {
    const { text, held, left, due } = await play(['The page', '', 'The application server'], day);
    expect(left).toEqual([]);
    expect(held).toBe(true);
    const order = [
      'Review: 1 question is due.',
      '== An experiment of Who answers: The application is gone ==',
      'Your last answer to the next question says: "Nginx runs the code of the website"',
      'Your prediction is locked.',
      'Not as you predicted: 502 from web',
      '== Question 1 of 1: Who runs the code ==',
      'Right at the first try.',
      '1 of 1 right at the first try. Nothing is due.',
    ].map(part => text.indexOf(part));
    expect(order).not.toContain(-1);
    expect(order.toSorted((a, b) => a - b)).toEqual(order);
    expect(due).toBe(day + 10 * 60_000);
    expect(tooWide(text)).toEqual([]);
  });

  it('keeps what was answered when it is left, and says where it is taught', async () => {
    const { text, store } = await play(['502', '', 'Nginx', 'The database', 'The application', 'q'], day);
    expect(text).toContain('Taught in the lesson Who answers: The application is gone.');
    expect(store.events.filter(({ type }) => type === 'reviewed')).toHaveLength(2);
    const left = await play(['502', 'q'], day);
    expect(left.text).toContain('You left the review. What you have answered is kept.');
    expect(left.store.events.filter(({ type }) => type === 'reviewed')).toMatchObject([
      { of: 'lesson', question: 'app-gone', at: day },
    ]);
  });

  it('asks nothing before anything is due', async () => {
    const { text, held } = await play([], 0);
    expect(held).toBe(true);
    expect(text.trim()).toBe('Nothing is due. The next question is due in 16 minutes.');
  });
});
