import { afterEach, expect, it } from 'vitest';
import type { Screen } from '../../src/tui/navigation.ts';
import { liveStack } from './fake-stack.ts';
import { fixtureCourse } from './fixtures.ts';
import { memoryStore } from './store.ts';
import { keys, openCourse, type Tui, unmountAll } from './terminal.ts';

afterEach(unmountAll);

const size = { columns: 80, rows: 24 };

/** What stood on the screen when the progress was asked for, and when the stack was. */
const opened = async (screen: Screen): Promise<{ progress: string; stack: string }> => {
  const seen = { progress: '', stack: '' };
  const tui: Tui = openCourse(size, fixtureCourse, {
    screen,
    openProgress: async () => {
      seen.progress = tui.screen();
      return memoryStore();
    },
    openStack: async () => {
      seen.stack = tui.screen();
      return liveStack();
    },
  });
  await tui.shows('stack up');
  return seen;
};

it.each<[Screen, string]>([
  [{ name: 'home' }, 'Start: One request'],
  [{ name: 'lesson', lesson: 'request' }, 'Enter runs it on the stack.'],
  [{ name: 'lesson', lesson: 'request', step: 'app-gone' }, 'Enter answer'],
  [{ name: 'quiz', quiz: 'kinds' }, 'on which port does HTTP listen?'],
])('brings the stack up when the text of %j stands there', async (screen, text) => {
  expect((await opened(screen)).stack).toContain(text);
});

it('reads what has been done of a lesson behind its first text', async () => {
  const { progress } = await opened({ name: 'lesson', lesson: 'request' });
  expect(progress).toContain('A browser cannot dial a');
  expect(progress).toContain('step 1 of 4');
});

it('brings the stack up at once when it is needed at once', async () => {
  let opens = 0;
  const stack = liveStack();
  const tui = openCourse(size, fixtureCourse, {
    screen: { name: 'lab' },
    // Never there, so the screen is never complete.
    openProgress: () => new Promise(() => {}),
    openStack: async () => {
      opens++;
      return stack;
    },
  });
  await tui.shows('Every command runs');
  expect(opens).toBe(0);
  await tui.press('status', keys.enter);
  await tui.shows('stack up');
  expect(opens).toBe(1);
});
