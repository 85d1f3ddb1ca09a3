import { describe, expect, it } from 'vitest';
import { tellLesson } from '../../src/plain/transcript.ts';
import { liveStack } from '../tui/fake-stack.ts';
import { course, lesson } from './course.ts';
import { scriptedConsole, tooWide } from './scripted-console.ts';

const tell = async (openStack = async () => liveStack()) => {
  const console = scriptedConsole();
  const { signal } = new AbortController();
  const held = await tellLesson({ course, lesson, console, seed: 7, openStack, signal });
  return { held, text: console.text };
};

describe('a lesson as a transcript', () => {
  it('asks nobody, and shows question, answer of the stack, and right option, in this order', async () => {
    const { held, text } = await tell();
    expect(held).toBe(true);
    expect(text).not.toContain('Your answer');
    const pieces = [
      'The small story',
      '== Step 2 of 3: The application is gone ==',
      'Predict: what comes back?',
      '502 Bad Gateway',
      '> request /guestbook',
      'The stack answered: 502 from web',
      'Right: 502 Bad Gateway',
      'Nginx says so.',
      'Question: Which port?',
      'Right: 80',
      '4 commands ran on the stack: all was as expected.',
    ];
    const places = pieces.map((piece, index) =>
      text.indexOf(piece, index === 0 ? 0 : text.indexOf(pieces[1] ?? '')),
    );
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(text).not.toContain('Nobody builds it.');
    expect(tooWide(text)).toEqual([]);
  });

  it('tells the hops of the first request only, and nothing that could be pasted', async () => {
    const { text } = await tell();
    expect(text.match(/1\. browser cache:/g)).toHaveLength(1);
    expect(text).not.toContain('  $ ');
  });

  it('counts what is not as expected, also where the stack contradicts the right option', async () => {
    const stack = liveStack();
    const stubborn = { ...stack, control: async () => {} };
    const { held, text } = await tell(async () => stubborn);
    expect(held).toBe(false);
    expect(text).toContain('The stack did not answer as this course expects it to.');
    expect(text).toContain('1 NOT as expected');
  });
});
