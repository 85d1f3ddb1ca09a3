import { afterEach, describe, expect, it } from 'vitest';
import { liveStack } from './fake-stack.ts';
import { fixtureCourse } from './fixtures.ts';
import { keys, openCourse, sizes, type Tui, unmountAll } from './terminal.ts';

afterEach(unmountAll);

const { enter, esc } = keys;
const at = { screen: { name: 'lesson', lesson: 'request', step: 'name' }, askBeforeRunning: true } as const;

const atTheBlock = async (tui: Tui): Promise<void> => {
  await tui.shows('stack up');
  await tui.shows('Enter runs it on the stack.');
  await tui.press(enter);
  await tui.shows('May they run?');
};

describe.each(sizes)('a course from elsewhere, at $columns x $rows', size => {
  it('is asked about before its first block, and runs nothing without a yes', async () => {
    const stack = liveStack();
    const tui = openCourse(size, fixtureCourse, { ...at, openStack: async () => stack });
    await atTheBlock(tui);
    await tui.shows('n no');
    expect(tui.outside()).toEqual([]);
    await tui.press(enter, 'x', '1', ' ');
    await tui.shows('May they run?');
    await tui.press('n');
    await tui.hides('May they run?');
    await tui.press(enter);
    await tui.shows('May they run?');
    await tui.press(esc);
    await tui.hides('May they run?');
    expect(tui.screen()).not.toContain('8.8.8.8, 1.3 ms');
  });

  it('is asked about once', async () => {
    const tui = openCourse(size, fixtureCourse, at);
    await atTheBlock(tui);
    await tui.press('y');
    await tui.shows('8.8.8.8, 1.3 ms');
    await tui.press('>');
    expect(tui.screen()).not.toContain('May they run?');
  });
});

it('a yes holds in the next steps, too', async () => {
  const size = { columns: 120, rows: 40 };
  const tui = openCourse(size, fixtureCourse, at);
  await atTheBlock(tui);
  await tui.press('y');
  await tui.shows('8.8.8.8, 1.3 ms');
  await tui.press(keys.right);
  await tui.shows('1-9 answer');
  const number = /(\d) {2}502/.exec(tui.screen())?.[1] ?? '';
  await tui.press(number);
  await tui.shows('Locked. Now the stack answers.');
  await tui.press(enter);
  await tui.shows('As you predicted: 502 from web');
});
