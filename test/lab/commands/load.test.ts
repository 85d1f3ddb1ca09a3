import { describe, expect, test } from 'vitest';
import { toJson } from '../../../src/lab/json.ts';
import { complete, parseLab } from '../../../src/lab/language.ts';
import { details } from '../../../src/lab/observed.ts';
import { runLines } from '../../../src/lab/run.ts';
import { runScript } from '../../../src/lab/script.ts';
import { labPrinter } from '../../../src/plain/lab-lines.ts';
import { type Stack, StackError } from '../../../src/stack/stack.ts';
import type { LoadOrder } from '../../../src/stack/traffic/order.ts';
import type { LoadResult } from '../../../src/stack/traffic/result.ts';
import type { Window } from '../../../src/stack/traffic/tally.ts';
import { followRuns, type RunEvent, type Runs } from '../../../src/tui/section/run.ts';
import { scriptedConsole } from '../../plain/scripted-console.ts';
import { tallyOf, windowOf } from '../../stack/traffic/tallies.ts';
import { fakeLoad, fakeStack, loadResult, topology } from '../fake-stack.ts';

const linesOf = (text: string) => {
  const { lines, problems } = parseLab(text);
  expect(problems).toEqual([]);
  return lines;
};
const { signal } = new AbortController();
const run = (text: string, stack: Stack = fakeStack()) => runLines(linesOf(text), stack, { signal });

/** A stack whose loads end like this. */
const ending = (result: LoadResult) =>
  fakeStack({ load: async order => fakeLoad(order, { done: Promise.resolve(result) }) });

describe('load', () => {
  test.each<[string, LoadOrder]>([
    ['load 100/s for 5s', { ratePerS: 100, durationMs: 5000, path: '/guestbook' }],
    ['load 1000/s for 10m on /', { ratePerS: 1000, durationMs: 600_000, path: '/' }],
    ['load 1/s for 500ms on /slow?ms=500', { ratePerS: 1, durationMs: 500, path: '/slow?ms=500' }],
    ['load 50/s in background', { ratePerS: 50, path: '/guestbook' }],
    ['load 50/s in background on "/a b/ä"', { ratePerS: 50, path: '/a%20b/%C3%A4' }],
  ])('%j asks the stack for it', async (text, order) => {
    const stack = fakeStack();
    expect((await run(text, stack)).map(({ ok }) => ok)).toEqual([true]);
    expect(stack.asked).toEqual([['load', order]]);
  });

  test.each([
    ['load', 'how many visitors a second?'],
    ['load 100', 'how many visitors a second?'],
    ['load 1.5/s for 5s', 'how many visitors a second?'],
    ['load 100/m for 5s', 'how many visitors a second?'],
    ['load 0/s for 5s', '1 to 1000 visitors a second'],
    ['load 1001/s for 5s', '1 to 1000 visitors a second'],
    ['load 99999999999/s for 5s', 'how many visitors a second?'],
    ['load 100/s', 'for how long?'],
    ['load 100/s for', 'for how long?'],
    ['load 100/s for 5', 'for how long?'],
    ['load 100/s for 11m', '1 ms to 10 minutes'],
    ['load 100/s for 0s', '1 ms to 10 minutes'],
    ['load 100/s in front', 'for how long?'],
    ['load 100/s for 5s of /', 'there may only be: on PATH'],
    ['load 100/s for 5s on', 'there may only be: on PATH'],
    ['load 100/s for 5s on / /', 'there may only be: on PATH'],
    ['load 100/s for 5s on style.css', '"style.css" is no path of the site'],
    ['load 100/s for 5s on http://www.foobar.com/', 'is no path of the site'],
    ['load 100/s for 5s on //8.8.8.8/', 'is no path of the site'],
    ['load stop now', 'there is "now"'],
  ])('%j is a problem', (text, problem) => {
    const { lines, problems } = parseLab(text);
    expect(lines).toEqual([]);
    expect(problems[0]?.message).toContain(problem);
    expect(problems[0]?.message).toContain('usage: load RATE/s for TIME [on PATH]');
  });

  test.each([
    ['load ', ['50/s', '100/s', '300/s', 'stop']],
    ['load 100/s ', ['for', 'in']],
    ['load 100/s f', ['for']],
    ['load 100/s for ', ['5s', '10s']],
    ['load 100/s in ', ['background']],
    ['load 100/s in background ', ['on']],
    ['load 100/s for 5s on ', ['/guestbook', '/', '/style.css']],
    ['load 100/s for 5s on / ', []],
    ['load stop ', []],
  ])('%j can go on with %j', (input, words) => {
    const typed = input.slice(0, input.lastIndexOf(' ') + 1);
    expect(complete(input, topology)).toEqual(words.map(word => typed + word));
  });
});

describe('what came of a load', () => {
  test.each<[string, Partial<LoadResult>, boolean]>([
    ['failed = 0', { failed: 0 }, true],
    ['failed = 0', {}, false],
    ['failed = 0, p99 < 250ms', { failed: 0, p99: 249 }, true],
    ['failed = 0, p99 < 250ms', { failed: 0, p99: 251 }, false],
    ['availability >= 99.9%', { availability: 0.999 }, true],
    ['availability >= 99.9%', { availability: 0.9989 }, false],
    ['sent = 500, p50 <= 42ms, p95 < 1s', {}, true],
    ['valid', {}, true],
    ['valid', { valid: false }, false],
    ['sent = 500, valid', { valid: false }, false],
    ['ok', {}, true],
    ['failed', {}, false],
  ])('is as expected by %j: %j', async (expectation, changes, ok) => {
    const [result] = await run(`load 100/s for 5s => ${expectation}`, ending(loadResult(changes)));
    expect(result).toMatchObject({ ok, expected: expectation });
  });

  test('has no latency where nobody was served', async () => {
    const { p50: _50, p95: _95, p99: _99, ...nobody } = loadResult({ failed: 500, availability: 0 });
    const [result] = await run('load 100/s for 5s => p99 < 250ms', ending(nobody));
    expect(result).toMatchObject({ ok: false, summary: expect.stringContaining('"p99" was not measured') });
    expect(result && toJson(result).observed).toEqual({
      sent: 500,
      failed: 500,
      availability: 0,
      p50: null,
      p95: null,
      p99: null,
      valid: true,
    });
  });

  test('is told in one line, and the reasons below', async () => {
    const [result] = await run('load 100/s for 5s');
    expect(result?.summary).toBe(
      '500 sent to /guestbook at 100/s, 20 failed, availability 96.00 %, p50 42 ms, p95 181 ms, p99 240 ms',
    );
    expect(result && details(result.observed)).toEqual(['20 failed: 503 from app']);
  });

  test('is never rounded up to 100 %', async () => {
    const [result] = await run('load 100/s for 5s', ending(loadResult({ availability: 0.999999 })));
    expect(result?.summary).toContain('availability 99.99 %');
  });

  test('says why it is not valid', async () => {
    const late = loadResult({ valid: false, doubt: 'this machine was too busy' });
    const [result] = await run('load 100/s for 5s', ending(late));
    expect(result?.summary).toMatch(/, NOT VALID: this machine was too busy$/);
  });

  test('is in the words of the design as JSON', async () => {
    const [result] = await run('load 100/s for 5s');
    expect(result && toJson(result).observed).toEqual({
      sent: 500,
      failed: 20,
      availability: 0.96,
      p50: 42,
      p95: 180.5,
      p99: 240,
      valid: true,
    });
  });

  test('is a sentence when it could not be done', async () => {
    const stack = fakeStack({
      load: async () => {
        throw new StackError('a load goes on already');
      },
    });
    const results = await run('load 100/s for 5s\nload 100/s for 5s => failed', stack);
    expect(results.map(({ ok, summary }) => [ok, summary])).toEqual([
      [false, 'a load goes on already'],
      [true, 'a load goes on already'],
    ]);
  });
});

describe('a load in the background', () => {
  test('lets the next command come at once, and is not cancelled with its own', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const stack = fakeStack({
      load: async (order, given) => {
        signals.push(given);
        return fakeLoad(order, { done: new Promise(() => {}) });
      },
    });
    const [result] = await run('load 50/s in background', stack);
    expect(result?.summary).toMatch(/^50\/s on \/guestbook in the background until "load stop", /);
    expect(signals).toEqual([undefined]);
  });

  test('ends with load stop, which says what came of it', async () => {
    const order = { ratePerS: 50, path: '/guestbook' };
    const stack = fakeStack({ currentLoad: fakeLoad(order) });
    const [result] = await run('load stop => sent = 500', stack);
    expect(result).toMatchObject({
      ok: true,
      summary: expect.stringContaining('500 sent to /guestbook at 50/s'),
    });
  });

  test('cannot be stopped where there is none', async () => {
    const [result] = await run('load stop');
    expect(result).toMatchObject({ ok: false, summary: 'there is no load that could be stopped' });
  });
});

/** A stack whose loads report these windows before they end. */
const reporting = (windows: readonly Window[]) =>
  fakeStack({
    load: async order => {
      const { promise, resolve } = Promise.withResolvers<LoadResult>();
      return fakeLoad(order, {
        done: promise,
        subscribe: listener => {
          for (const window of windows) listener(window);
          resolve(loadResult());
          return () => {};
        },
      });
    },
  });

describe('while a load goes on', () => {
  const windows = Array.from({ length: 9 }, (_, at) =>
    windowOf(at, tallyOf(Array(25).fill(40), at < 4 ? {} : { refused: 25 }), 3),
  );
  const told = [
    expect.stringMatching(
      /^1 s of 3 s: 100\/s, 0 failed, availability 100 %, p50 40 ms, p95 40 ms, p99 40 ms, 3 waiting$/,
    ),
    expect.stringMatching(
      /^2 s of 3 s: 200\/s, 100 failed, availability 50.00 %, .* mostly refused, 3 waiting$/,
    ),
  ];

  test('it is told once a second how it goes', async () => {
    const lines: string[] = [];
    await runLines(linesOf('load 100/s for 3s'), reporting(windows), {
      signal,
      onProgress: (_, progress) => lines.push(progress),
    });
    expect(lines).toEqual(told);
  });

  test('a script tells it on standard error, and not between JSON', async () => {
    const tell = async (json: boolean) => {
      const err: string[] = [];
      const code = await runScript({
        text: 'load 100/s for 3s',
        fileName: 'a.lab',
        json,
        signal,
        openStack: async () => reporting(windows),
        out: () => {},
        err: line => err.push(line),
      });
      expect(code).toBe(0);
      return err.map(line => line.trim());
    };
    expect(await tell(false)).toEqual(told);
    expect(await tell(true)).toEqual([]);
  });

  test('the plain mode prints it', async () => {
    const console = scriptedConsole();
    const printer = labPrinter(console, { tools: false, hops: false, mostDetails: 20 });
    await runLines(linesOf('load 100/s for 3s'), reporting(windows), { signal, ...printer });
    expect(console.text).toContain('\n  1 s of 3 s: 100/s, 0 failed,');
  });

  test('the screens show it until there is a result', () => {
    const [line] = linesOf('load 100/s for 3s');
    if (!line) throw new Error('one line');
    const events: RunEvent[] = [
      { type: 'begin' },
      { type: 'line', line },
      { type: 'progress', progress: '1 s of 3 s' },
    ];
    const running = events.reduce<Runs>((runs, event) => followRuns(runs, 0, event), {});
    expect(running[0]).toMatchObject({ current: line, progress: '1 s of 3 s' });
    expect(followRuns(running, 0, { type: 'cancelled' })[0]).toEqual({ state: 'cancelled', results: [] });
    expect(
      followRuns(followRuns({}, 0, { type: 'cancelled' }), 0, events[2] as RunEvent)[0],
    ).not.toHaveProperty('progress');
  });

  test('it is cancelled by the signal, and the line has no result', async () => {
    const cancel = new AbortController();
    const cancelled: boolean[] = [];
    const stack = fakeStack({
      load: async (order, given) => {
        given?.addEventListener('abort', () => cancelled.push(true));
        return fakeLoad(order, { done: new Promise(() => {}) });
      },
    });
    const results = runLines(linesOf('load 100/s for 3s\nstatus'), stack, {
      signal: cancel.signal,
      onStart: () => setImmediate(() => cancel.abort()),
    });
    expect(await results).toEqual([]);
    expect(cancelled).toEqual([true]);
  });
});
