import { afterEach, describe, expect, it } from 'vitest';
import { loadCourse } from '../../src/course/load.ts';
import type { ProgressEvent } from '../../src/progress/events.ts';
import { reviewItems } from '../../src/progress/review.ts';
import { loopCourse } from './fixtures.ts';
import { memoryStore } from './store.ts';
import { keys, openCourse, sizes, type Tui, unmountAll } from './terminal.ts';

afterEach(unmountAll);

const { enter } = keys;
const day = 24 * 60 * 60_000;
const { course } = await loadCourse(loopCourse);

/** A learner who once said that Nginx runs the code. */
const store = async () => {
  const kept = memoryStore();
  const place = { course: course.id, file: 'quizzes/parts.md', run: 'r' };
  const answers: [string, boolean][] = [
    ['nginx', false],
    ['app-server', true],
  ];
  const events: ProgressEvent[] = [
    { ...place, type: 'run-started', at: 0, seed: 1, practice: false },
    ...answers.map(
      ([option, right], at): ProgressEvent => ({
        ...place,
        type: 'answered',
        at,
        question: 'runs-code',
        attempt: { answer: { kind: 'choice', option }, right },
      }),
    ),
  ];
  await kept.record(...events);
  kept.events.length = 0;
  return kept;
};

const open = async (now: number, size = { columns: 120, rows: 40 }) => {
  const kept = await store();
  const tui = openCourse(size, loopCourse, {
    screen: { name: 'review' },
    openProgress: async () => kept,
    now: () => now,
  });
  return { tui, kept };
};

/** The key of an option on the menu. */
const keyOf = (tui: Tui, option: string): string => {
  const found = new RegExp(`(\\d) {2}${option}`).exec(tui.screen())?.[1];
  if (!found) throw new Error(`"${option}" is not on the menu:\n${tui.screen()}`);
  return found;
};

const through = async (tui: Tui, prediction: string): Promise<void> => {
  await tui.shows('experiment, 1 of 1');
  await tui.shows('Your last answer to the next question says: "Nginx runs the code');
  await tui.shows('1-9 answer');
  await tui.press(keyOf(tui, prediction));
  await tui.shows('Locked. Now the stack answers.');
  await tui.press(enter);
  await tui.shows('s you predicted: 502 from web');
  await tui.shows('Enter go on');
  await tui.press(enter);
  await tui.shows('Who runs the code of the website?');
};

describe('a review', () => {
  it('runs the experiment that refutes the answer, then asks again, and keeps both', async () => {
    const { tui, kept } = await open(day);
    await through(tui, '502 Bad');
    await tui.press(keyOf(tui, 'The application'));
    await tui.shows('Right at the first try');
    await tui.press(enter);
    await tui.shows('1 of 1 right at the first try.');
    await tui.shows('Nothing is due. The next question is due in');
    await tui.becomes('both kept', () => kept.events.filter(({ type }) => type === 'reviewed').length === 2);
    expect(kept.events).toMatchObject([
      { type: 'reviewed', of: 'lesson', file: 'lessons/01-who-answers.md', question: 'app-gone', at: day },
      { type: 'reviewed', of: 'quiz', file: 'quizzes/parts.md', question: 'runs-code', at: day },
    ]);
    // Further away than before.
    const [item] = reviewItems(course, kept.progress());
    expect((item?.due ?? 0) - day).toBeGreaterThan(day / 2);
    await tui.press(enter);
    await tui.shows('Review: the next is due in');
  });

  it('says where it is taught when the answer is wrong again, and brings it back the same day', async () => {
    const { tui, kept } = await open(day);
    await through(tui, 'The page');
    await tui.press(keyOf(tui, 'Nginx'));
    await tui.shows('Not yet. 2 tries are left.');
    expect(tui.screen()).not.toContain('Taught in');
    await tui.press(keyOf(tui, 'The database'));
    await tui.shows('One try is left.');
    await tui.press(keyOf(tui, 'The application'));
    await tui.shows('Right at the third try');
    await tui.shows('Taught in Who answers: The application is gone');
    const due = reviewItems(course, kept.progress()).map(item => item.due - day);
    expect(due).toEqual([10 * 60_000, 10 * 60_000]);
  });

  it('has nothing to ask before anything is due, and says when that is', async () => {
    const { tui } = await open(1000);
    await tui.shows('Nothing is due. The next question is due in 15 minutes.');
    await tui.press(enter);
    await tui.shows('Review: the next is due in 15 minutes');
  });

  it('is offered at home with the number of questions that are due', async () => {
    const kept = await store();
    const tui = openCourse({ columns: 80, rows: 24 }, loopCourse, {
      openProgress: async () => kept,
      now: () => day,
    });
    await tui.shows('Review: 1 question is due');
    await tui.press('5');
    await tui.shows('experiment, 1 of 1');
  });

  it('tells a newcomer what comes here', async () => {
    const tui = openCourse({ columns: 80, rows: 24 }, loopCourse, { screen: { name: 'review' } });
    await tui.shows('What you answer wrong');
  });

  it.each(sizes)('fits $columns x $rows', async size => {
    const { tui } = await open(day, size);
    await tui.shows('experiment, 1 of 1');
    await tui.shows('stack up');
    expect(tui.outside()).toEqual([]);
    await tui.press(keys.right);
    await tui.shows('Who runs the code');
    expect(tui.outside()).toEqual([]);
  });
});
