import { defineConfig } from 'vitest/config';
import { summary } from './test/summary.ts';

/** They load the stack and judge by what they measure: beside others they would measure those, too. */
const measuring = [
  'test/course-run.test.ts',
  'test/lab/scripts.test.ts',
  'test/lab/challenge/on-the-stack.test.ts',
];

export default defineConfig({
  test: {
    reporters: ['default', summary],
    setupFiles: ['test/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // As for `until`: far above what any machine needs.
    expect: { poll: { timeout: 30_000, interval: 20 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'tests',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: measuring,
          // Most tests start real processes; more files at once than cores only makes them wait for each other.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        // Mostly they wait: for visitors to come, and for time to pass.
        test: { name: 'measuring', include: measuring, maxWorkers: 3, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
