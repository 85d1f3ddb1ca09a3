import { describe, expect, it } from 'vitest';
import { playLab } from '../../src/plain/lab-prompt.ts';
import type { Window } from '../../src/stack/traffic/tally.ts';
import { fakeLoad, fakeStack, sqlResult, trace } from '../lab/fake-stack.ts';
import { window } from '../tui/lab/loads.ts';
import { until } from '../until.ts';
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

  it('tells how the stack stands in sentences, a server each', async () => {
    const { text } = await play(['status']);
    expect(text).toContain('  The browser asks dns-1, server-1.\n  dns-1 (192.0.2.53): dns running\n');
    expect(text).toContain("  server-1 (8.8.8.8, the site's address): web running, app running, db running");
    expect(text).toContain('web@server-1 running, 8.8.8.8:80 (here 127.0.0.1:40080), pid 102');
  });

  it('goes on after a command was cancelled', async () => {
    const console = scriptedConsole(['wait 60s', 'forget']);
    const interrupts: (() => void)[] = [];
    const stack = fakeStack();
    const played = playLab({
      console: {
        ...console,
        onInterrupt: handle => {
          interrupts.push(handle);
          return () => interrupts.splice(interrupts.indexOf(handle), 1);
        },
      },
      openStack: async () => stack,
      signal: new AbortController().signal,
    });
    await until(() => interrupts.length > 0);
    interrupts[0]?.();
    expect(await played).toBe(false);
    expect(console.text).toContain('> wait 60s\n  $ sleep 60\n  cancelled');
    expect(stack.asked).toEqual([['forget']]);
    expect(interrupts).toEqual([]);
  });

  it('tells a line a second of a load in the background while something else runs', async () => {
    const listeners = new Set<(of: Window) => void>();
    const load = fakeLoad(
      { ratePerS: 200, path: '/guestbook' },
      {
        subscribe: listener => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      },
    );
    const stack = fakeStack({
      currentLoad: load,
      request: async () => {
        for (let at = 0; at < 8; at++) for (const tell of listeners) tell(window(at * 250, { served: 50 }));
        return trace();
      },
    });
    const { text } = await play(['request /'], stack);
    const told = text.match(/load 200\/s on \/guestbook, \d s, in the background: 200\/s served/g);
    expect(told).toEqual(
      [1, 2].map(s => `load 200/s on /guestbook, ${s} s, in the background: 200/s served`),
    );
    expect(listeners.size).toBe(0);
  });
});
