/** Challenges on a stack that runs: what a fake one could be wrong about. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runChallenge } from '../../../src/commands/run-challenge.ts';
import type { Challenge } from '../../../src/course/model.ts';
import { startTask } from '../../../src/lab/challenge/run.ts';
import { runLines } from '../../../src/lab/run.ts';
import { bringUp } from '../../../src/stack/bring-up.ts';
import type { Stack } from '../../../src/stack/stack.ts';
import { lines, never, task } from './tasks.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await bringUp({ engine: 'embedded' });
});
afterAll(() => stack?.down());

/** What was graded after these commands. */
const graded = async (goals: string[], commands: string, setup = '') => {
  const run = await startTask(task(goals, { setup }), stack, never);
  for (const { ok, observed, line } of await runLines(lines(commands), stack, { signal: never })) {
    expect(ok, `${line.command.source}: ${JSON.stringify(observed)}`).toBe(true);
    run.note(observed);
  }
  return run.grade(never);
};

const wrongPort =
  'replace web/nginx.conf "proxy_pass http://app;" "proxy_pass http://127.0.0.1:9;"\nreload web';
const rightPort = 'replace web/nginx.conf "proxy_pass http://127.0.0.1:9;" "proxy_pass http://app;"';

describe('on a stack that runs', () => {
  it('a fault is found by the checker when untouched, and gone when it is mended', async () => {
    const goals = ['request / => 200 from app'];
    const broken = task(goals, { setup: wrongPort });
    const challenge: Challenge = {
      ...broken,
      goals: broken.goals.map(goal => ({ ...goal, line: 1 })),
      hints: [],
      setup: [...broken.setup],
      line: 1,
      solution: lines(`${rightPort}\nreload web`),
      nearMisses: ['restart app', rightPort, 'reset'].map((text, line) => ({ line, lines: lines(text) })),
    };
    expect(await runChallenge(challenge, stack, never)).toEqual([]);
  });

  it('a deployment of an earlier run does not count', async () => {
    const goal = 'deploy v2 with failed >= 0 at 50/s';
    expect(await graded([goal], 'deploy v2 by stop-start')).toMatchObject({ passed: true });
    const { passed, goals } = await graded([goal], 'status');
    expect(passed).toBe(false);
    expect(goals[0]?.observed).toBe('v2 was not deployed in this run; v1 runs');
  });

  it('visitors who ask for a file notice no deployment, and do not count', async () => {
    const commands = 'load 50/s in background on /style.css\ndeploy v2 by stop-start';
    const { passed, goals } = await graded(['deploy v2 with 0 failed at 50/s'], commands);
    expect(passed).toBe(false);
    expect(goals[0]?.observed).toContain('/style.css');
    expect(stack.currentLoad).toBeUndefined();
  });

  it('pages that are no work are not what is asked for', async () => {
    const commands = 'replace app.json "\\"serviceMs\\": 40" "\\"serviceMs\\": 1"\nreload app';
    const { passed, goals } = await graded(['serve 5/s with failed = 0'], commands);
    expect(passed).toBe(false);
    expect(goals[0]?.observed).toContain('says that a page is 1 ms of work');
  });

  it('a grading that is cancelled ends its visitors, and the next one measures', async () => {
    const run = await startTask(task(['serve 20/s with failed = 0', 'request / => 200']), stack, never);
    const cancel = new AbortController();
    const unsubscribe = stack.subscribe(event => {
      if (event.type === 'load' && event.event.type === 'window') cancel.abort();
    });
    await expect(run.grade(cancel.signal)).rejects.toMatchObject({ name: 'StackError' });
    unsubscribe();
    await expect.poll(() => stack.currentLoad).toBeUndefined();
    const { goals } = await run.grade(never);
    expect(goals[1]).toMatchObject({ met: true });
  });
});
