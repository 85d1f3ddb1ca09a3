import { describe, expect, test } from 'vitest';
import { runChallenge } from '../../src/commands/run-challenge.ts';
import type { Challenge } from '../../src/course/model.ts';
import { type Stack, StackError } from '../../src/stack/stack.ts';
import { lines, never, task, taskStack } from '../lab/challenge/tasks.ts';
import { trace } from '../lab/fake-stack.ts';

const challenge = ({
  setup = 'stop app',
  solution = 'start app',
  nearMisses = [] as string[],
  goals = ['request /guestbook => 200 from app'],
} = {}): Challenge => ({
  ...task(goals, { setup }),
  goals: task(goals).goals.map(goal => ({ ...goal, line: 6 })),
  hints: [],
  setup: lines(setup),
  line: 5,
  solution: lines(solution),
  nearMisses: nearMisses.map((text, index) => ({ line: 20 + index, lines: lines(text) })),
});

/** A stack on which the application can be stopped and started. */
const siteStack = (changes: Partial<Stack> = {}) => {
  let running = true;
  const stack = taskStack({
    control: async action => {
      if ((action === 'start') === running) throw new StackError(`app is ${running ? '' : 'not '}running`);
      running = action === 'start';
    },
    request: async () =>
      running ? trace() : trace({ status: 502, from: 'web', outcome: '502 from web', via: ['dns', 'web'] }),
    ...changes,
  });
  const { reset } = stack;
  return Object.defineProperty(stack, 'reset', {
    value: async () => {
      running = true;
      await reset();
    },
  });
};

const found = (of: Challenge, stack: Stack = siteStack()) => runChallenge(of, stack, never);

describe('the checker of a challenge', () => {
  test('has nothing to say about one that holds', async () => {
    expect(await found(challenge({ nearMisses: ['request /', 'logs app'] }))).toEqual([]);
  });

  test('finds one that is passed when nothing was done', async () => {
    const [problem, ...more] = await found(challenge({ setup: 'request /', solution: 'request /' }));
    expect(problem).toMatchObject({ line: 5, message: expect.stringContaining('nothing was done') });
    expect(more).toEqual([]);
  });

  test('finds a solution that does not reach a goal, and says what was measured', async () => {
    const problems = await found(challenge({ solution: 'request /' }));
    expect(problems).toEqual([
      {
        line: 5,
        message: expect.stringMatching(/solution does not reach the goal "request \/guestbook.*502 from web/),
      },
    ]);
  });

  test('finds a line of a solution that cannot be done', async () => {
    const problems = await found(challenge({ solution: 'start app\nstart app' }));
    expect(problems).toEqual([{ line: 2, message: expect.stringContaining('app is running') }]);
  });

  test('finds a near miss that passes, in its line', async () => {
    expect(await found(challenge({ nearMisses: ['request /', 'start app'] }))).toEqual([
      { line: 21, message: 'the near miss passes the challenge' },
    ]);
  });

  test('does not let a reset pass as a solution: it would mend every fault', async () => {
    expect(await found(challenge({ nearMisses: ['reset'] }))).toEqual([]);
    expect(await found(challenge({ solution: 'reset' }))).toHaveLength(1);
  });

  test('begins each try in a world of its own', async () => {
    const stack = siteStack();
    await found(challenge({ nearMisses: ['request /'] }), stack);
    expect(stack.asked.filter(([what]) => what === 'reset')).toHaveLength(3);
  });

  test('rejects when a task cannot be set up', async () => {
    const stack = siteStack({ control: () => Promise.reject(new StackError('no app here')) });
    await expect(found(challenge(), stack)).rejects.toMatchObject({ name: 'StackError' });
  });
});
