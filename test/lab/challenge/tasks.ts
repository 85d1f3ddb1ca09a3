import { parseGoal } from '../../../src/lab/challenge/goal.ts';
import type { Task } from '../../../src/lab/challenge/run.ts';
import { parseExpectation, parseLab } from '../../../src/lab/language.ts';
import type { Stack, StackEvent } from '../../../src/stack/stack.ts';
import { fakeStack } from '../fake-stack.ts';

export const lines = (text: string) => {
  const { lines: parsed, problems } = parseLab(text);
  if (problems[0]) throw new Error(problems[0].message);
  return parsed;
};

/** A task with these goals, each as it is written behind `goal`; hints as `EXPECTATION: text`. */
export const task = (
  goals: readonly string[],
  { setup = '', hints = [] as readonly string[] } = {},
): Task => ({
  stack: 'one-server',
  setup: lines(setup),
  goals: goals.map(text => {
    const goal = parseGoal(text, 1);
    if ('problem' in goal) throw new Error(goal.problem);
    return { text, goal };
  }),
  hints: hints.map(hint => {
    const [expectation = '', text = ''] = hint.split(': ');
    const when = parseExpectation(expectation);
    if ('problem' in when) throw new Error(when.problem);
    return { when, text };
  }),
});

/** A fake stack that tells its listeners when it is put back. */
export const taskStack = (changes: Partial<Stack> = {}): ReturnType<typeof fakeStack> => {
  const listeners = new Set<(event: StackEvent) => void>();
  const stack = fakeStack(changes);
  return Object.defineProperties(stack, {
    reset: {
      value: async (topology?: string) => {
        stack.asked.push(['reset', topology]);
        for (const listener of listeners) listener({ type: 'reset' });
      },
    },
    subscribe: {
      value: (listener: (event: StackEvent) => void) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
  });
};

export const never = new AbortController().signal;
