import { afterEach, describe, expect, it } from 'vitest';
import { topologyNames } from '../../../src/stack/topology.ts';
import { liveStack } from '../fake-stack.ts';
import { fixtureCourse } from '../fixtures.ts';
import { keys, openCourse, type Size, sizes, type Tui, unmountAll } from '../terminal.ts';
import { underLoad } from './loads.ts';

afterEach(unmountAll);

/** No line wider and no frame taller than the terminal, header and footer in their places. */
const fits = (tui: Tui): void => {
  expect(tui.outside()).toEqual([]);
  expect(tui.lines()[0]).toContain('web-stack-tutor');
  expect(tui.lines().at(-1)).toMatch(/back|close|cancel/i);
};

const openLab = (size: Size, name: (typeof topologyNames)[number], ascii = false) => {
  const stack = liveStack({ name });
  const tui = openCourse(size, fixtureCourse, {
    screen: { name: 'lab' },
    ascii,
    openStack: async () => stack,
  });
  return { tui, stack };
};

const smallest = { columns: 60, rows: 16 };

describe.each([smallest, ...sizes])('at $columns x $rows', size => {
  it.each(topologyNames)(
    'the lab of %s fits, still and under load, and so does each of its panes',
    async name => {
      const { tui, stack } = openLab(size, name);
      await tui.shows('Every command runs');
      await tui.shows('stack up');
      fits(tui);
      await tui.press('request /guestbook', keys.enter);
      await tui.shows('via dns web app db');
      fits(tui);
      underLoad(stack, { seconds: 70, failing: true });
      await tui.shows('503 from app');
      fits(tui);
      await tui.press(keys.tab);
      await tui.shows('select');
      fits(tui);
      await tui.press('x');
      await tui.shows('crashed');
      fits(tui);
      for (const [key, title] of [
        ['t', 'The last request'],
        ['l', 'Logs of'],
        ['m', 'Meters'],
      ] as const) {
        await tui.press(key);
        await tui.shows(title);
        fits(tui);
      }
      await tui.press('?');
      await tui.shows('Keys here');
      fits(tui);
    },
  );

  it('needs ASCII alone where the terminal has no more', async () => {
    const { tui, stack } = openLab(size, 'mended', true);
    await tui.shows('stack up');
    underLoad(stack, { seconds: 20, failing: true });
    await tui.shows('503 from app');
    await tui.press(keys.tab);
    await tui.shows('select');
    expect(tui.screen()).toMatch(/^[\n -~]*$/);
  });
});
