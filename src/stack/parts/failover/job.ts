import type { Endpoint } from '../../address-book.ts';
import type { FailoverPlan, FailoverReport } from './protocol.ts';

export interface JobContext {
  /** Where the process says how it sees things, a line of JSON at a time. */
  listen: Endpoint;
  /** One line for people. */
  log(text: string): void;
  report(message: FailoverReport): void;
}

export interface Job<Plan extends FailoverPlan> {
  /** The plan has changed. */
  follow(plan: Plan): void;
  close(): void;
}
