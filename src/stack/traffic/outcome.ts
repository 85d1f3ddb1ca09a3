import type { Failure } from '../browser/trace.ts';

/** Ways to fail that are the generator's own: it lets no more in, or its machine has no port or file left. */
export const ownFailures = ['dropped', 'no-socket'] as const;
export type OwnFailure = (typeof ownFailures)[number];

/** What became of one visitor. */
export type Outcome =
  | { status: number; from: string; version?: string }
  /** In the words of the lab's browser. */
  | { failure: Failure | OwnFailure };

/** Why it counts as failed, as an expectation would say it (`503 from app`, `refused`); nothing when it does not. */
export const failureOf = (outcome: Outcome): string | undefined => {
  if ('failure' in outcome) return outcome.failure;
  const { status, from } = outcome;
  return status >= 200 && status < 400 ? undefined : `${status} from ${from}`;
};

/** Too many open files, no free port, no memory for sockets: nobody else's fault. */
const exhaustion = ['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS'];

/** What an error of a socket means. */
export const failureOfError = (code: string | undefined): Failure | OwnFailure => {
  if (code === 'ECONNREFUSED') return 'refused';
  if (code === 'ETIMEDOUT') return 'timeout';
  return code !== undefined && exhaustion.includes(code) ? 'no-socket' : 'reset';
};
