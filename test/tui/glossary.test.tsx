import { afterEach, describe, expect, it } from 'vitest';
import { builtInCourse, fixtureCourse, loopCourse } from './fixtures.ts';
import { keys, openCourse, sizes, unmountAll } from './terminal.ts';

afterEach(unmountAll);

const small = { columns: 80, rows: 24 };
const { down, enter, esc } = keys;

describe('the glossary', () => {
  it('lies over a lesson, which is as it was when it is closed', async () => {
    const tui = openCourse(small, loopCourse, {
      screen: { name: 'lesson', lesson: 'who-answers', step: 'page' },
    });
    await tui.shows('Enter runs it on the stack.');
    await tui.shows('stack up');
    await tui.press(enter);
    await tui.shows('200 from app');
    const before = tui.screen();
    await tui.press('w');
    await tui.shows('3 of 3');
    await tui.shows('It answers which address belongs to a name.');
    await tui.shows('Lesson "Names", step "A name"');
    await tui.press('?');
    await tui.shows('Keys here');
    await tui.press('q');
    await tui.shows('3 of 3');
    await tui.press('q');
    await tui.becomes('the lesson as it was', () => tui.screen() === before);
  });

  it('shows what the cursor is on, and leads to the step that teaches it', async () => {
    const tui = openCourse(small, loopCourse, { screen: { name: 'glossary' } });
    await tui.shows('3 of 3');
    await tui.press(down);
    await tui.shows('Whoever passes a request on.');
    await tui.press(enter);
    await tui.shows('The application is gone');
    await tui.shows('step 2 of 2');
  });

  it('is searched, in names and explanations, and begins anew with what is found', async () => {
    const tui = openCourse(small, loopCourse, { screen: { name: 'lessons' } });
    await tui.shows('w words');
    await tui.press('w');
    await tui.shows('3 of 3');
    await tui.press(down, down);
    await tui.shows('How long an answer');
    await tui.press('/', 'dns');
    await tui.shows('2 of 3');
    await tui.shows('It answers which address');
    await tui.press(enter);
    await tui.shows('read its step');
    await tui.press(down);
    await tui.shows('How long an answer');
    // Nothing teaches it yet.
    await tui.press(enter);
    await tui.shows('2 of 3');
    await tui.press(esc);
    await tui.shows('3 of 3');
    await tui.shows('It answers which address');
    await tui.press('/', 'zzz');
    await tui.shows('No word has that in it.');
  });

  it('is reached from where one types, by a key that types nothing', async () => {
    const tui = openCourse(small, loopCourse, { screen: { name: 'lab' } });
    await tui.shows('stack up');
    await tui.press('w');
    await tui.shows('▶ w');
    await tui.press('\u0007');
    await tui.shows('3 of 3');
    await tui.press(esc);
    await tui.shows('▶ w');
  });

  it('is not offered where a course has none', async () => {
    const tui = openCourse(small, fixtureCourse, { screen: { name: 'lessons' } });
    await tui.shows('One request');
    expect(tui.screen()).not.toContain('w words');
    await tui.press('w');
    await tui.press('?');
    await tui.shows('Keys here');
    expect(tui.screen()).not.toContain('words');
  });

  it.each(sizes)('fits $columns x $rows with all its words', async size => {
    const tui = openCourse(size, builtInCourse, { screen: { name: 'glossary' } });
    await tui.shows('A record');
    await tui.shows('stack up');
    const count = Number(/of (\d+)/.exec(tui.lines()[0] ?? '')?.[1]);
    expect(count).toBeGreaterThanOrEqual(60);
    const seen = new Set<string>();
    for (let word = 0; word < count; word++) {
      expect(tui.outside()).toEqual([]);
      // The explanation has room to spare: nothing of it is cut.
      const body = tui.lines().slice(2, -2);
      expect(body.at(-1)?.slice(30).trim(), tui.screen()).toBe('');
      seen.add(tui.lines().slice(2).join('\n'));
      const before = tui.screen();
      await tui.press(down);
      await tui.becomes('the next word', () => tui.screen() !== before);
    }
    expect(seen.size).toBe(count);
  });
});
