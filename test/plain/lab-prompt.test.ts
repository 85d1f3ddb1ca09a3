import { describe, expect, it } from 'vitest';
import { playLab } from '../../src/plain/lab-prompt.ts';
import { fakeStack, sqlResult } from '../lab/fake-stack.ts';
import { scriptedConsole } from './scripted-console.ts';

const play = async (answers: string[], stack = fakeStack()) => {
  const console = scriptedConsole(answers);
  const { signal } = new AbortController();
  const held = await playLab({ console, openStack: async () => stack, signal });
  return { held, text: console.text, left: console.left, asked: stack.asked };
};

describe('the prompt of the lab', () => {
  it('runs what is typed until q', async () => {
    const { held, text, left, asked } = await play(['stop app', 'request / => 200 from app', 'q', 'forget']);
    expect(held).toBe(true);
    expect(asked).toEqual([
      ['control', 'stop', 'app'],
      ['request', '/', undefined],
    ]);
    expect(left).toEqual(['forget']);
    expect(text).toMatch(/ {2}\$ kill -TERM 103\n {2}app stopped/);
    expect(text).toContain('200 from app, via dns web app db, 43 ms (as expected)');
  });

  it('says what is wrong with a line, and that it did not hold', async () => {
    const { held, text, asked } = await play(['stpo app']);
    expect({ held, asked }).toEqual({ held: false, asked: [] });
    expect(text).toContain('did you mean: stop TARGET');
    expect((await play(['request / => 502'])).held).toBe(false);
  });

  it('shows the commands, and the last rows of a long answer', async () => {
    expect((await play(['help'])).text).toContain('resolve NAME [TYPE]');
    expect((await play(['help stop'])).text).toContain('stop TARGET');
    const rows = Array.from({ length: 30 }, (_, index) => [index + 1]);
    const stack = fakeStack({ sql: async () => sqlResult({ columns: ['id'], rows }) });
    const { text } = await play(['sql "SELECT id FROM entries"'], stack);
    expect(text).toContain('(the last 20 of 30 rows)\n  id\n  --\n  11\n');
    expect(text).not.toContain('\n  10\n');
  });
});
