import { defineConfig } from 'vitest/config';
import { summary } from './test/summary.ts';

export default defineConfig({
  test: {
    reporters: ['default', summary],
    setupFiles: ['test/setup.ts'],
    include: ['test/**/*.test.{ts,tsx}'],
    // Most tests start real processes; more files at once than cores only makes them wait for each other.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // As for `until`: far above what any machine needs.
    expect: { poll: { timeout: 30_000, interval: 20 } },
  },
});
