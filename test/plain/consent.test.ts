import { describe, expect, it } from 'vitest';
import { askConsent } from '../../src/plain/consent.ts';
import { playLesson } from '../../src/plain/lesson.ts';
import { liveStack } from '../tui/fake-stack.ts';
import { memoryStore } from '../tui/store.ts';
import { course, lesson } from './course.ts';
import { scriptedConsole } from './scripted-console.ts';

describe('the question whether the blocks of a course from elsewhere may run', () => {
  it.each([
    [['y'], true],
    [['what?', ' Yes '], true],
    [['n'], false],
    [['', 'no'], false],
    [[], false],
  ])('is answered by %j with %s', async (answers, expected) => {
    const console = scriptedConsole(answers);
    expect(await askConsent(console)()).toBe(expected);
    expect(console.left).toEqual([]);
  });

  it('is asked once', async () => {
    const console = scriptedConsole(['y', 'n']);
    const mayRun = askConsent(console);
    expect([await mayRun(), await mayRun()]).toEqual([true, true]);
    expect(console.left).toEqual(['n']);
    expect(console.text.match(/May they run\?/g)).toHaveLength(1);
  });
});

describe('a lesson from elsewhere', () => {
  const play = async (answers: string[]) => {
    const console = scriptedConsole(answers);
    let opened = 0;
    const held = await playLesson({
      course,
      lesson,
      console,
      store: memoryStore(),
      openStack: async () => {
        opened++;
        return liveStack();
      },
      mayRun: askConsent(console),
      signal: new AbortController().signal,
    });
    return { console, held, opened };
  };

  it('can be read without a yes, and starts no stack', async () => {
    const { console, opened, held } = await play(['', 'n', '', '1', '', 'q']);
    expect(console.text).toContain('Not run: the commands of this course run only after your yes.');
    // Not asked again at the second block.
    expect(console.text.match(/May they run\?/g)).toHaveLength(1);
    expect(console.text.match(/Not run/g)).toHaveLength(2);
    expect({ opened, held, left: console.left }).toEqual({ opened: 0, held: false, left: [] });
  });

  it('runs after one yes', async () => {
    const { console, opened } = await play(['', 'y', '', '1', '', 'q']);
    expect(console.text).not.toContain('Not run');
    expect(console.text.match(/May they run\?/g)).toHaveLength(1);
    expect(opened).toBe(2);
  });
});
