import { afterEach, describe, expect, it } from 'vitest';
import { quizProgress } from '../../src/progress/progress.ts';
import { fixtureCourse } from './fixtures.ts';
import { keys, openCourse, type Tui, unmountAll } from './terminal.ts';

afterEach(unmountAll);

const small = { columns: 80, rows: 24 };
const wide = { columns: 120, rows: 40 };
const { enter, down, up } = keys;

/** The number in front of an option that is on the menu. */
const numberOf = (tui: Tui, option: string): string => {
  const found = new RegExp(`(\\d)[^\\w]*${option}`).exec(tui.screen())?.[1];
  if (!found) throw new Error(`"${option}" has no number:\n${tui.screen()}`);
  return found;
};

/** Every question of the quiz of all kinds, right at the first try, except that the first one needs two. */
const answerAll = async (tui: Tui): Promise<void> => {
  await tui.shows('on which port');
  const right = numberOf(tui, '80');
  const wrong = numberOf(tui, '53');
  await tui.press(wrong);
  await tui.shows('Not yet. 2 tries are left.');
  await tui.shows('That is DNS.');
  expect(tui.screen()).not.toContain('That is MySQL.');
  // What was tried keeps its place and its number, and so do the others; it is no try a second time.
  await tui.shows(`${wrong}✘ 53`);
  await tui.press(wrong, right);
  await tui.shows('Right at the second try');
  await tui.shows('That is MySQL.');
  await tui.press(enter);

  await tui.shows('serve by itself?');
  await tui.press(numberOf(tui, 'A style sheet'));
  await tui.press(numberOf(tui, 'An image'));
  await tui.becomes('two marks', () => tui.screen().split('■').length === 3);
  await tui.press(up, enter);
  await tui.shows('Right at the first try');
  await tui.press(enter);

  await tui.shows('Put them in order');
  for (const [place, option] of ['DNS', 'web server', 'application server', 'database'].entries()) {
    const from = Number(numberOf(tui, option)) - 1;
    if (from === place) continue;
    await tui.press(...Array.from({ length: from }, () => down), enter);
    await tui.shows(`${from + 1} ↑↓ ${option}`);
    if (place === 0) {
      await tui.press(...Array.from({ length: from }, () => up), enter);
      await tui.shows(`▶ 1    ${option}`);
      continue;
    }
    // Its number puts it there as well; the cursor stays.
    await tui.press(`${place + 1}`);
    await tui.shows(`  ${place + 1}    ${option}`);
    await tui.press(...Array.from({ length: from }, () => up));
    await tui.shows('▶ 1');
  }
  await tui.press(up, enter);
  await tui.shows('Right at the first try');
  await tui.press(enter);

  await tui.shows('What belongs to');
  for (const [left, right] of [
    ['web server', 'Nginx'],
    ['database', 'MySQL'],
    ['name server', 'BIND'],
  ] as const) {
    await tui.shows(`What belongs to: ${left}`);
    await tui.press(numberOf(tui, right));
    await tui.shows(`→ ${right}`);
  }
  // Chosen again, a pair is taken apart, and no other option gets another number.
  await tui.press(numberOf(tui, 'MySQL'));
  await tui.shows('What belongs to: database');
  await tui.press(numberOf(tui, 'MySQL'));
  await tui.shows('All are paired.');
  // The cursor is where the answer is given, and the footer says so.
  await tui.shows('▶ Answer with these pairs');
  await tui.shows('Enter answer');
  expect(tui.screen().split('▶')).toHaveLength(2);
  await tui.press(enter);
  await tui.shows('Right at the first try');
  await tui.press(enter);

  await tui.shows('thousandths');
  const n = Number(/How many hours are (\d+) /.exec(tui.screen())?.[1]);
  await tui.press('about noon', enter);
  await tui.shows('about noon');
  await tui.press('\u0015', `${n * 8.76} h`, enter);
  await tui.shows('Right at the first try');
  await tui.press(enter);

  await tui.shows('IPv4 address');
  await tui.press('A', enter);
  await tui.shows('Right at the first try');
  await tui.press(enter);
  await tui.shows('result');
};

it('asks every kind of question, keeps the answers, and offers practice of what was not right at once', async () => {
  const tui = openCourse(small, fixtureCourse, { screen: { name: 'quiz', quiz: 'kinds' } });
  await answerAll(tui);
  await tui.shows('5.5 of 6 points');
  await tui.shows('Passed');
  const runs = Object.values(quizProgress(tui.store.progress(), await idOf(), 'quizzes/kinds.md').runs);
  expect(runs).toHaveLength(1);
  expect(runs[0]?.finished).toMatchObject({ points: 5.5, outOf: 6, passed: true });
  await tui.press(enter);
  await tui.shows('practice, question 1 of 1');
  await tui.shows('on which port');
});

describe('a prediction', () => {
  const live = { screen: { name: 'quiz', quiz: 'live' } } as const;

  it('is locked, then the stack answers it before anything is explained', async () => {
    const tui = openCourse(wide, fixtureCourse, live);
    await tui.shows('is about to be stopped');
    await tui.shows('stack up');
    await tui.press('h');
    await tui.shows('Who still listens?');
    await tui.press(numberOf(tui, 'The page'));
    await tui.shows('Locked. Now the stack answers.');
    expect(tui.screen()).not.toContain('Nobody is there to build it.');
    expect(tui.screen()).not.toContain('what a gateway is there for');
    await tui.press(enter);
    await tui.shows('Not as you predicted: 502 from web');
    await tui.shows('Nobody is there to build it.');
    await tui.shows('Nginx says that nobody behind it answered.');
    await tui.shows('That is what a gateway is there for.');
    await tui.press(enter);
    await tui.shows('question 2 of 2');
    await tui.press(numberOf(tui, 'The web server'));
    await tui.shows('Right at the first try');
    expect(tui.screen()).not.toContain('h hint');
    await tui.press(enter);
    await tui.shows('1 of 2 points');
  });

  it('does not hold anybody up whose stack does not come up', async () => {
    const tui = openCourse(wide, fixtureCourse, {
      ...live,
      openStack: async () => {
        throw new Error('no port is free');
      },
    });
    await tui.shows('stack failed');
    await tui.press(keys.right);
    await tui.press(numberOf(tui, '502'));
    await tui.shows('Locked.');
    await tui.press(enter);
    await tui.shows('no port is free Enter tries again.');
    await tui.press(keys.right);
    await tui.shows('question 2 of 2');
  });
});

const idOf = async () => (await import('node:fs/promises')).realpath(fixtureCourse);
