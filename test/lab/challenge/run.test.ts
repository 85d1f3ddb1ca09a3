import { describe, expect, test } from 'vitest';
import { startTask } from '../../../src/lab/challenge/run.ts';
import type { Observed } from '../../../src/lab/language.ts';
import { runLines } from '../../../src/lab/run.ts';
import type { DeployResult } from '../../../src/stack/deploy/order.ts';
import { type Stack, StackError } from '../../../src/stack/stack.ts';
import { failedTrace, fakeLoad, loadResult, trace } from '../fake-stack.ts';
import { lines, never, task, taskStack } from './tasks.ts';

const deployed = (changes: Partial<DeployResult> = {}): Observed => ({
  kind: 'deploy',
  order: { version: 'v2', by: 'rolling' },
  result: {
    ...loadResult({ failed: 0, failures: [], availability: 1 }),
    ratePerS: 50,
    durationMs: 900,
    downMs: 0,
    mixedMs: 300,
    ...changes,
  },
});

const graded = async (goals: string[], stack: Stack, ...noted: Observed[]) => {
  const run = await startTask(task(goals), stack, never);
  for (const observed of noted) run.note(observed);
  return run.grade(never);
};

describe('the beginning of a task', () => {
  test('puts the world back, breaks it, and forgets what the browser has seen meanwhile', async () => {
    const stack = taskStack();
    const told: string[] = [];
    const given = task(['request / => 200'], { setup: 'stop app\nrequest /' });
    await startTask(given, stack, never, text => told.push(text));
    expect(stack.asked).toEqual([
      ['reset', 'one-server'],
      ['control', 'stop', 'app'],
      ['request', '/', undefined],
      ['forget'],
    ]);
    expect(told.at(-1)).toBe('the task is set up, 2 of 2');
    // What is broken is for the learner to find out.
    expect(told.join()).not.toContain('stop');
  });

  test.each([
    [
      'cannot be done',
      'stop app',
      { control: () => Promise.reject(new StackError('app is stopped already')) },
    ],
    ['does not hold', 'request / => 503', {}],
  ])('fails where a line %s', async (_, setup, changes) => {
    const starting = startTask(task(['request / => 200'], { setup }), taskStack(changes), never);
    await expect(starting).rejects.toMatchObject({
      name: 'StackError',
      message: expect.stringContaining(setup.split(' =>')[0] ?? ''),
    });
  });

  test('gives no run when it is cancelled half-way', async () => {
    const cancel = new AbortController();
    const stack = taskStack({ control: async () => cancel.abort() });
    const given = task(['request / => 200'], { setup: 'stop app\nstop db' });
    await expect(startTask(given, stack, cancel.signal)).rejects.toMatchObject({ name: 'StackError' });
  });
});

describe('a grading', () => {
  test('passes when every goal is met, and says what was measured', async () => {
    const run = await startTask(task(['request / => 200 from app', 'request /a => 200']), taskStack(), never);
    const grade = await run.grade(never);
    expect(grade).toMatchObject({
      runId: run.id,
      passed: true,
      goals: [
        { text: 'request / => 200 from app', met: true, observed: expect.stringContaining('200 from app') },
        { met: true },
      ],
    });
    expect(new Date(grade.at).toISOString()).toBe(grade.at);
  });

  test('measures the other goals as well when one is not met or cannot be measured', async () => {
    const stack = taskStack({
      chaos: () => Promise.reject(new StackError('nothing answers')),
    });
    const { passed, goals } = await graded(
      ['request / => 404', 'survive any part', 'request / => 200'],
      stack,
    );
    expect(passed).toBe(false);
    expect(goals.map(({ met }) => met)).toEqual([false, false, true]);
    expect(goals[1]?.observed).toBe('nothing answers');
  });

  test('is no grading when something happens that nobody foresaw', async () => {
    const stack = taskStack({ chaos: () => Promise.reject(new TypeError('a defect')) });
    await expect(graded(['survive any part'], stack)).rejects.toThrow('a defect');
  });

  test('ends the visitors of the learner first, and comes with an empty cache', async () => {
    const asked: string[] = [];
    const load = fakeLoad({ ratePerS: 5, path: '/' }, { cancel: async () => void asked.push('cancel') });
    const stack = taskStack({
      currentLoad: load,
      forget: () => void asked.push('forget'),
      request: async () => {
        asked.push('request');
        return trace();
      },
    });
    const run = await startTask(task(['request / => 200']), stack, never);
    asked.length = 0;
    await run.grade(never);
    expect(asked).toEqual(['cancel', 'forget', 'request']);
  });

  test.each([
    ['a command', 'request / => failed', { request: () => Promise.reject(new StackError('cancelled')) }],
    ['visitors', 'serve 5/s with failed = 0', { load: () => Promise.reject(new StackError('cancelled')) }],
    ['chaos', 'survive any part', { chaos: () => Promise.reject(new StackError('cancelled')) }],
  ])('that was cancelled during %s is none', async (_, goal, changes: Partial<Stack>) => {
    const cancel = new AbortController();
    const stack = taskStack(
      Object.fromEntries(
        Object.entries(changes).map(([name, reject]) => [
          name,
          () => {
            cancel.abort();
            return (reject as () => Promise<never>)();
          },
        ]),
      ),
    );
    // The only goal: nothing behind it would notice.
    const run = await startTask(task([goal]), stack, never);
    await expect(run.grade(cancel.signal)).rejects.toMatchObject({ name: 'StackError' });
  });

  test('finds nothing any more when the stack was put back: that mends what the task breaks', async () => {
    const stack = taskStack();
    const run = await startTask(task(['request / => 200'], { setup: 'stop app' }), stack, never);
    await runLines(lines('reset'), stack, { signal: never });
    const { passed, goals } = await run.grade(never);
    expect(passed).toBe(false);
    expect(goals[0]?.observed).toContain('start the task again');
  });

  test('finds nothing either when that happens while it measures', async () => {
    const stack = taskStack({
      request: async () => {
        await stack.reset();
        return trace();
      },
    });
    expect(await graded(['request / => 200'], stack)).toMatchObject({ passed: false });
  });
});

describe('serve', () => {
  const withResults = (...results: Parameters<typeof loadResult>[0][]) => {
    let tries = 0;
    const stack = taskStack({
      load: async order => fakeLoad(order, { done: Promise.resolve(loadResult(results[tries++])) }),
    });
    return { stack, tries: () => tries };
  };

  test.each([
    [{ failed: 0, p99: 200 }, true],
    [{ failed: 1, p99: 200 }, false],
    [{ failed: 0, p99: 300 }, false],
  ])('%j: %s', async (result, passed) => {
    const { stack } = withResults(result);
    expect(await graded(['serve 300/s with failed = 0, p99 < 250ms'], stack)).toMatchObject({ passed });
  });

  test('measures again when this machine was too slow, but not for ever', async () => {
    const slow = { valid: false, doubt: 'the generator was late', failed: 0 };
    const good = withResults(slow, { failed: 0 });
    expect(await graded(['serve 300/s with failed = 0'], good.stack)).toMatchObject({ passed: true });
    expect(good.tries()).toBe(2);
    const { stack, tries } = withResults(slow, slow, slow, { failed: 0 });
    const { passed, goals } = await graded(['serve 300/s with failed = 0'], stack);
    expect(passed).toBe(false);
    expect(goals[0]?.observed).toContain('the generator was late');
    expect(tries()).toBe(3);
  });
});

describe('deploy', () => {
  const goal = 'deploy v2 with 0 failed at 50/s';
  const v2 = { version: 'v2' };

  test('looks at the last deployment of this run', async () => {
    const failed = deployed({ failed: 3 });
    expect(await graded([goal], taskStack(v2), failed, deployed())).toMatchObject({ passed: true });
    expect(await graded([goal], taskStack(v2), deployed(), failed)).toMatchObject({ passed: false });
  });

  test('does not know of an earlier run', async () => {
    const stack = taskStack(v2);
    const earlier = await startTask(task([goal]), stack, never);
    earlier.note(deployed());
    const { passed, goals } = await graded([goal], stack);
    expect(passed).toBe(false);
    expect(goals[0]?.observed).toContain('not deployed in this run');
    // It is not graded either: the world was put back since.
    expect(await earlier.grade(never)).toMatchObject({ passed: false });
  });

  test.each([
    ['another version runs now', { version: 'v1' }, deployed()],
    ['too few visitors came', v2, deployed({ ratePerS: 20 })],
    ['they asked for a file', v2, deployed({ path: '/style.css' })],
  ])('is not met when %s', async (_, changes, observed) => {
    expect(await graded([goal], taskStack(changes), observed)).toMatchObject({ passed: false });
  });
});

describe('survive', () => {
  const survival = (target: string, survived: boolean) => ({
    target,
    survived,
    availability: survived ? 1 : 0,
    recoveryMs: 0,
    reasons: {},
  });

  test.each([
    [[], false],
    [[survival('web', true), survival('db', true)], true],
    [[survival('web', true), survival('db', false)], false],
  ])('%j', async (matrix, passed) => {
    const stack = taskStack({ chaos: async () => ({ matrix }) });
    expect(await graded(['survive any part'], stack)).toMatchObject({ passed });
  });
});

describe('hints', () => {
  const hints = ['502 from web: who is behind it?', 'failed > 0: too few', 'survived = 0: nothing yet'];
  const hintOf = async (goals: string[], stack: Stack, ...noted: Observed[]) => {
    const run = await startTask(task(goals, { hints }), stack, never);
    for (const observed of noted) run.note(observed);
    return run;
  };

  test('go by what a new visitor gets now', async () => {
    let answer = trace({ status: 502, from: 'web', outcome: '502 from web' });
    const stack = taskStack({ request: async () => answer });
    const run = await hintOf(['serve 5/s with failed = 0'], stack);
    expect(await run.hint(never)).toBe('who is behind it?');
    answer = trace();
    expect(await run.hint(never)).toBeUndefined();
    expect(stack.asked.at(-1)).toEqual(['forget']);
  });

  test('go by goals that take no time, without a grading', async () => {
    const answer = trace({ status: 502, from: 'web', outcome: '502 from web' });
    const stack = taskStack({ request: async target => (target === '/about' ? answer : trace()) });
    const run = await hintOf(['request /about => 200'], stack);
    expect(await run.hint(never)).toBe('who is behind it?');
  });

  test('never do what changes something', async () => {
    const stack = taskStack();
    const run = await hintOf(['post /guestbook name=Ada => 303', 'sql "DELETE FROM entries" => ok'], stack);
    stack.asked.length = 0;
    await run.hint(never);
    expect(stack.asked.map(([what]) => what)).toEqual(['forget', 'request']);
  });

  test('go by what was measured last, unless the goal is met by now', async () => {
    let result = loadResult({ failed: 20 });
    const stack = taskStack({ load: async order => fakeLoad(order, { done: Promise.resolve(result) }) });
    const run = await hintOf(['serve 300/s with failed = 0'], stack);
    expect(await run.hint(never)).toBeUndefined();
    await run.grade(never);
    expect(await run.hint(never)).toBe('too few');
    result = loadResult({ failed: 0 });
    await run.grade(never);
    expect(await run.hint(never)).toBeUndefined();
  });

  test('go by now, and not by the last grading, where that takes no time', async () => {
    let answer = trace({ status: 502, from: 'web', outcome: '502 from web' });
    const stack = taskStack({ request: async () => answer });
    const run = await hintOf(['request /about => 200'], stack);
    await run.grade(never);
    answer = trace();
    expect(await run.hint(never)).toBeUndefined();
  });

  test('go by what the learner has measured, until a grading knows better', async () => {
    const own: Observed = {
      kind: 'load',
      order: { ratePerS: 5, path: '/' },
      result: loadResult({ failed: 9 }),
    };
    const stack = taskStack({
      load: async order => fakeLoad(order, { done: Promise.resolve(loadResult({ failed: 0 })) }),
    });
    const run = await hintOf(['serve 300/s with failed = 0'], stack, own);
    expect(await run.hint(never)).toBe('too few');
    await run.grade(never);
    expect(await run.hint(never)).toBeUndefined();
  });

  test('also where there is no answer at all', async () => {
    const stack = taskStack({ request: async () => failedTrace('refused') });
    const run = await startTask(
      task(['request / => 200'], { hints: ['refused: nobody listens'] }),
      stack,
      never,
    );
    expect(await run.hint(never)).toBe('nobody listens');
  });
});
