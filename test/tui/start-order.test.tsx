import { afterEach, expect, it } from 'vitest';
import type { Stack, StackEvent } from '../../src/stack/stack.ts';
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
  [{ name: 'home' }, 'Start with the lesson: One request'],
  [{ name: 'lesson', lesson: 'request' }, 'Enter runs it on the stack.'],
  [{ name: 'lesson', lesson: 'request', step: 'app-gone' }, '1-9 answer'],
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

it('shows what takes long while the stack starts, and afterwards only what plays another part', async () => {
  const says: ((event: StackEvent) => void)[] = [];
  const { promise: up, resolve: comeUp } = Promise.withResolvers<Stack>();
  const tui = openCourse(size, fixtureCourse, {
    screen: { name: 'home' },
    openStack: onEvent => {
      says.push(onEvent);
      return up;
    },
  });
  await tui.becomes('stack asked for', () => says.length > 0);
  const say = (event: Pick<Extract<StackEvent, { type: 'part' }>, 'state' | 'message'>) =>
    says[0]?.({ type: 'part', id: 'db@server-1', ...event });
  say({ state: 'starting' });
  say({ state: 'starting', message: 'MariaDB 10.11.19 makes its first data directory' });
  await tui.shows('── MariaDB 10.11.19 makes its first data directory ──');
  say({ state: 'crashed', message: 'Permission denied' });
  const sentence = `MariaDB 10.11.19 does not work here, so the embedded engine plays db: ${'why '.repeat(90)}`;
  say({ state: 'starting', message: sentence });
  comeUp(liveStack());
  await tui.shows('stack up');
  expect(tui.screen()).not.toContain('first data directory');
  expect(tui.screen()).toContain('MariaDB 10.11.19 does not work here, so the embedded engine plays db: why');
  expect(tui.screen()).toContain('Quit');
});
