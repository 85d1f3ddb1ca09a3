import { expect, it } from 'vitest';
import { currentScreen, navigate, type Screen, startAt } from '../../src/tui/navigation.ts';

const lessons: Screen = { name: 'lessons' };
const quiz: Screen = { name: 'quiz', quiz: 'request' };

it('goes back the way it came, and never further than home', () => {
  const there = navigate(navigate(startAt({ name: 'home' }), { type: 'open', screen: lessons }), {
    type: 'open',
    screen: quiz,
  });
  const back = navigate(there, { type: 'back' });
  expect(currentScreen(back)).toEqual(lessons);
  const home = navigate(navigate(back, { type: 'back' }), { type: 'back' });
  expect(home.trail).toEqual([{ name: 'home' }]);
});

it('has home behind a screen that the program was started with', () => {
  expect(currentScreen(navigate(startAt(quiz), { type: 'back' }))).toEqual({ name: 'home' });
});

it('closes the help before it goes back', () => {
  const help = navigate(startAt(quiz), { type: 'help', open: true });
  const closed = navigate(help, { type: 'back' });
  expect(closed.help).toBe(false);
  expect(currentScreen(closed)).toEqual(quiz);
});

it('begins a quiz anew that takes its own place', () => {
  const again = navigate(startAt(quiz), { type: 'replace', screen: quiz });
  expect(again.trail).toEqual([{ name: 'home' }, quiz]);
  expect(again.opened).not.toBe(startAt(quiz).opened);
});
