import { afterEach, describe, expect, it } from 'vitest';
import { entry, finishedRuns, type QuizProgress } from '../../src/progress/progress.ts';
import { liveStack } from './fake-stack.ts';
import { taskCourse } from './fixtures.ts';
import { memoryStore } from './store.ts';
import { keys, openCourse, type Size, sizes, unmountAll } from './terminal.ts';

afterEach(unmountAll);

const small = { columns: 80, rows: 24 };
const wide = { columns: 120, rows: 40 };
const { enter, esc, ctrlC, down } = keys;
const file = 'quizzes/tasks.md';

const openQuiz = async (size: Size, { held = false, store = memoryStore() } = {}) => {
  const stack = liveStack({ held });
  const tui = openCourse(size, taskCourse, {
    screen: { name: 'quiz', quiz: 'tasks' },
    openStack: async () => stack,
    openProgress: async () => store,
  });
  await tui.shows('stack up');
  await tui.shows('The pages are gone.');
  const kept = (): QuizProgress | undefined =>
    Object.values(store.progress().courses).flatMap(({ quizzes }) => entry(quizzes, file) ?? [])[0];
  const app = (): string | undefined => stack.status().find(({ part }) => part === 'app')?.state;
  return { tui, stack, store, kept, app };
};

const begin = async (size: Size, options?: Parameters<typeof openQuiz>[1]) => {
  const opened = await openQuiz(size, options);
  const { tui } = opened;
  if (size.rows < 24) await tui.press(enter);
  await tui.shows('Enter choose');
  await tui.press(enter);
  await tui.shows('not measured yet');
  return opened;
};

/** Gives up, from the prompt. */
const giveUp = ['give up', enter];

describe('a challenge', () => {
  it.each([small, wide])('is set up, done at the prompt and measured, at %j', async size => {
    const { tui, kept, app } = await begin(size);
    expect(app()).toBe('stopped');
    await tui.press('grade', enter);
    await tui.shows('Not yet: 1 of 2 met.');
    await tui.shows('✘ request /guestbook => 200 from app');
    await tui.shows('502 from web');
    await tui.press('start app', enter);
    await tui.shows('✔ start app');
    expect(kept()?.challenges).toBeUndefined();
    await tui.press('grade', enter);
    await tui.shows('Passed: 1 point.');
    // What does not fit is read first.
    if (size === small) {
      await tui.press(enter);
      await tui.shows('Enter go on');
    }
    await tui.press(enter);
    await tui.shows('1 of 1 points');
    await tui.shows('Passed on the running stack');
    const [run] = finishedRuns(kept() as QuizProgress);
    expect(run).toMatchObject({ points: 1, outOf: 1, passed: true });
    expect(kept()?.challenges?.gone).toMatchObject({
      run: expect.stringMatching(/^[\da-f-]{36}$/),
      measurements: { 'request /guestbook => 200 from app': expect.stringContaining('200 from app') },
    });
  });

  it('gives a hint that fits, and says when there is none', async () => {
    const { tui } = await begin(small);
    await tui.press('hint', enter);
    await tui.shows('Who is behind Nginx?');
    await tui.press('start app', enter);
    await tui.shows('✔ start app');
    await tui.press('hint', enter);
    await tui.shows('Nothing to say about this state');
  });

  it('is given up for no points, and shows a solution and what is not enough', async () => {
    const { tui, kept } = await begin(wide);
    await tui.press(...giveUp);
    await tui.shows('Not passed: 0 points.');
    await tui.shows('start app');
    await tui.shows('nobody was wrong there');
    await tui.press(enter);
    await tui.shows('0 of 1 points');
    expect(kept()?.challenges).toBeUndefined();
  });

  it('is left out without telling anything', async () => {
    const { tui, app } = await openQuiz(wide);
    await tui.press(down, enter);
    await tui.shows('Not passed: 0 points.');
    expect(tui.screen()).not.toContain('start app');
    expect(app()).toBe('running');
  });

  it('keeps what was said while its text is read', async () => {
    const { tui } = await begin(small);
    await tui.press('status', enter);
    await tui.shows('app stopped');
    await tui.press(esc);
    await tui.shows('▶ Go on at the prompt');
    await tui.press(enter);
    await tui.shows('app stopped');
    expect(tui.screen()).not.toContain('Go on at the prompt');
  });

  it.each([
    ['Esc', esc],
    ['Ctrl+C', ctrlC],
  ])('goes on after a grading that %s has cancelled', async (_, key) => {
    const { tui, stack } = await begin(small, { held: true });
    await tui.press('grade', enter);
    await tui.shows('goal 1 of 2');
    await tui.press(key);
    await tui.shows('being cancelled');
    stack.release();
    await tui.hides('being cancelled');
    await tui.shows('cancelled');
    await tui.shows('not measured yet');
    await tui.press('goals', enter);
    await tui.shows('○ request /style.css');
  });

  it('begins anew at reset, and grades nothing of before', async () => {
    const { tui, app } = await begin(small);
    await tui.press('start app', enter);
    await tui.shows('✔ start app');
    await tui.press('reset', enter);
    await tui.becomes('the task set up again', () => app() === 'stopped');
    await tui.shows('begins anew');
    await tui.press('grade', enter);
    await tui.shows('Not yet: 1 of 2 met.');
  });

  it('leaves no fault behind', async () => {
    const { tui, app } = await begin(small);
    expect(app()).toBe('stopped');
    await tui.press(esc);
    await tui.shows('Go on at the prompt');
    await tui.press('q');
    await tui.becomes('the world put back', () => app() === 'running');
  });

  it('that was passed before may count without being done again', async () => {
    const first = await begin(wide);
    await first.tui.press('start app', enter);
    await first.tui.shows('✔ start app');
    await first.tui.press('grade', enter);
    await first.tui.shows('Passed: 1 point.');
    await first.tui.press(enter);
    await first.tui.shows('1 of 1 points');
    await first.tui.end();
    const { tui, app } = await openQuiz(wide, { store: first.store });
    await tui.shows('You passed it on ');
    await tui.press(down, enter);
    await tui.shows('Passed: 1 point.');
    expect(app()).toBe('running');
  });

  it.each(sizes)('fits into %j', async size => {
    const { tui } = await openQuiz(size);
    expect(tui.outside()).toEqual([]);
    await tui.press(keys.pageDown, keys.pageDown);
    await tui.shows('▶ Begin');
    await tui.press(enter);
    await tui.shows('not measured yet');
    expect(tui.outside()).toEqual([]);
    await tui.press('grade', enter);
    await tui.shows('1 of 2 met at the last grading');
    expect(tui.outside()).toEqual([]);
    await tui.press(...giveUp);
    await tui.shows('Challenge: gone');
    expect(tui.outside()).toEqual([]);
  });
});
