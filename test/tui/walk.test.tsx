import { afterEach, describe, expect, it } from 'vitest';
import { builtInCourse, fixtureCourse } from './fixtures.ts';
import { keys, openCourse, unmountAll } from './terminal.ts';

afterEach(unmountAll);

const small = { columns: 80, rows: 24 };

describe('a walk through a lesson', () => {
  it('goes from home to the first step, runs it, and goes on', async () => {
    const tui = openCourse(small, fixtureCourse);
    await tui.shows('Start: One request');
    await tui.press(keys.enter);
    await tui.shows('step 1 of 4');
    await tui.shows('Enter runs it on the stack.');
    await tui.press(keys.enter);
    await tui.shows('8.8.8.8, 1.3 ms');
    await tui.shows('The answer came from the name server');
    await tui.press(keys.enter);
    await tui.shows('The application server is gone');
    expect(tui.screen()).not.toContain('Enter runs these');
  });
});

it('built in', async () => {
  const tui = openCourse(small, builtInCourse);
  await tui.shows('Start:');
  console.log(tui.screen());
});
