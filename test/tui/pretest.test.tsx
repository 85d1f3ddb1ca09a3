import { afterEach, describe, expect, it } from 'vitest';
import { loadCourse } from '../../src/course/load.ts';
import { quizProgress } from '../../src/progress/progress.ts';
import { loopCourse } from './fixtures.ts';
import { keys, openCourse, sizes, type Tui, unmountAll } from './terminal.ts';

afterEach(unmountAll);

const small = { columns: 80, rows: 24 };
const { enter, right, down } = keys;
const { course } = await loadCourse(loopCourse);
const rights = ['The application server', 'An address for a name', 'Nginx does'];

/** Presses the key of the first of these options that is on the menu. */
const pick = async (tui: Tui, options: readonly string[]): Promise<void> => {
  const key = options.flatMap(option => new RegExp(`(\\d) {2}${option}`).exec(tui.screen())?.[1] ?? [])[0];
  if (!key) throw new Error(`none of ${options} is on the menu:\n${tui.screen()}`);
  await tui.press(key);
};

const known = (tui: ReturnType<typeof openCourse>) =>
  quizProgress(tui.store.progress(), course.id, 'quizzes/parts.md');

describe('a pretest', () => {
  it('comes before the first lesson, says nothing of the answers, and shows the gain after the quiz', async () => {
    const tui = openCourse(small, loopCourse);
    await tui.shows('Start with the lesson: Who answers');
    await tui.press(enter);
    await tui.shows('Three questions first?');
    await tui.shows('The parts');
    await tui.press(enter);
    await tui.shows('question 1 of 3');
    await pick(tui, rights);
    await tui.shows('question 2 of 3');
    expect(tui.screen()).not.toContain('Right at');
    await tui.press(right);
    await tui.shows('question 3 of 3');
    await tui.press(right);
    await tui.shows('step 1 of 2');
    const { pretest } = known(tui);
    expect(Object.keys(pretest?.questions ?? {})).toHaveLength(3);
    expect(Object.values(pretest?.questions ?? {}).filter(answer => answer?.right)).toHaveLength(1);
    expect(Object.values(pretest?.questions ?? {}).filter(answer => answer === null)).toHaveLength(2);

    await tui.press('q');
    await tui.shows('Continue with');
    await tui.press('3');
    await tui.shows('3 questions');
    await tui.press(enter);
    for (const place of [1, 2, 3]) {
      await tui.shows(`question ${place} of 3`);
      await tui.shows('1-9 answer');
      await pick(tui, rights);
      await tui.shows('Right at the first try');
      await tui.press(enter);
    }
    await tui.shows('Of the 3 questions from before the lessons 1 was right then, and 3 are now');
    await tui.shows('you have gained 100 %');
    await tui.press(down, enter);
    await tui.shows('best 100 %');
  });

  it('can be skipped, and is not offered again', async () => {
    const tui = openCourse(small, loopCourse, { screen: { name: 'lessons' } });
    await tui.shows('Who answers');
    await tui.press(enter);
    await tui.shows('Three questions first?');
    await tui.press(down, enter);
    await tui.shows('step 1 of 2');
    expect(known(tui).pretest).toMatchObject({ questions: {} });
    await tui.press('q');
    await tui.shows('Who answers');
    await tui.press(enter);
    await tui.shows('step 1 of 2');
  });

  it('is offered again when it was left', async () => {
    const tui = openCourse(small, loopCourse);
    await tui.shows('Start with');
    await tui.press(enter);
    await tui.shows('Three questions first?');
    await tui.press(enter);
    await tui.shows('question 1 of 3');
    await tui.press('q');
    await tui.shows('Start with');
    expect(known(tui).pretest).toBeUndefined();
    await tui.press(enter);
    await tui.shows('Three questions first?');
  });

  it('does not stand in the way of whoever asks for a lesson by its name', async () => {
    const tui = openCourse(small, loopCourse, { screen: { name: 'lesson', lesson: 'who-answers' } });
    await tui.shows('step 1 of 2, 3 min');
  });

  it.each(sizes)('fits $columns x $rows', async size => {
    const tui = openCourse(size, loopCourse, { screen: { name: 'pretest', lesson: 'names' } });
    await tui.shows('Three questions first?');
    await tui.shows('Go to the lesson');
    await tui.shows('stack up');
    expect(tui.outside()).toEqual([]);
    await tui.press(enter);
    await tui.shows('question 1 of 3');
    expect(tui.outside()).toEqual([]);
  });
});
