import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves as soon as the condition holds; the deadline is far above what any machine needs. */
export const until = async (
  condition: () => boolean | Promise<boolean>,
  deadlineMs = 30_000,
): Promise<void> => {
  const deadline = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > deadline)
      throw new Error(`did not come true within ${deadlineMs} ms: ${condition}`);
    await sleep(10);
  }
};
