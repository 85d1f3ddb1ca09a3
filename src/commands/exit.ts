import type { Command } from 'commander';

export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Where a command leaves its exit code. */
export interface Outcome {
  code: number;
}

/** Adds one command to the program. */
export type Register = (program: Command, outcome: Outcome) => void;

/** The command line itself was wrong: exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}
