import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { processEntry } from '../entries.ts';
import type { Guard } from '../guard.ts';
import { StackError } from '../stack.ts';
import type { LoadOrder } from './order.ts';
import { readReport, type Surroundings, type TrafficRequest } from './protocol.ts';
import { type LoadResult, resultOf } from './result.ts';
import type { Span } from './span.ts';
import { addTallies, emptyTally, type Tally, type Window } from './tally.ts';

/** A load that goes on, or has ended. */
export interface Load {
  readonly order: LoadOrder;
  /** Everything that has been counted until now. */
  readonly total: Tally;
  /** Hears of every window, some a second. */
  subscribe(listener: (window: Window) => void): () => void;
  /**
   * Counts apart the visitors that are due from now until `end` is called. It resolves when their visits are over,
   * and rejects with StackError when the load ends before that.
   */
  span(): { end(): Promise<Span> };
  /** What came of it. Rejects with StackError when it was cancelled, or its process ended by itself. */
  done: Promise<LoadResult>;
  /** Whether the tutor lives on for it although nobody waits for its end. */
  hold(on: boolean): void;
  /** No more visitors come; resolves as `done` does, when those under way have their answer. */
  stop(): Promise<LoadResult>;
  /** Ends it at once, without a result. */
  cancel(): Promise<void>;
}

/** A load whose visitors can be told that the stack has changed. */
export interface MovingLoad extends Load {
  move(surroundings: Surroundings): void;
}

/** Starts the generator's process, which sends visitors at once. Throws StackError. */
export const startLoad = async (
  { guard, runDir }: { guard: Guard; runDir: string },
  order: LoadOrder,
  surroundings: Surroundings,
): Promise<MovingLoad> => {
  const output = join(runDir, 'traffic.log');
  const child = await guard.spawn(
    { file: process.execPath, args: [processEntry('traffic')], talks: true },
    { cwd: runDir, output },
  );
  const { talk } = child;
  if (!talk) throw new Error('the load generator has no channel');
  const tell = (request: TrafficRequest): void => talk.say(request);
  const { promise: done, resolve, reject } = Promise.withResolvers<LoadResult>();
  // Nobody may be waiting for it.
  done.catch(() => {});
  const listeners = new Set<(window: Window) => void>();
  const spans: ((span: Span) => void)[] = [];
  let total = emptyTally;
  let cancelled = false;

  const obey = (message: unknown): void => {
    const report = readReport(message);
    if (report.type === 'ended') {
      resolve(resultOf(total));
      return;
    }
    if (report.type === 'span') {
      spans[report.number]?.(report.span);
      return;
    }
    total = addTallies(total, report.window);
    for (const listener of listeners) listener(report.window);
  };
  talk.hear(message => {
    try {
      obey(message);
    } catch (error) {
      reject(new StackError(`the load generator cannot be understood: ${(error as Error).message}`));
      child.signal('SIGKILL');
    }
  });
  // Behind everything that it has said.
  void talk.ended.then(() =>
    reject(
      new StackError(cancelled ? 'the load was cancelled' : `the load generator ended: ${lastLine(output)}`),
    ),
  );
  // Somebody waits for the end of a load that has one, and of one that is told to end.
  talk.hold(order.durationMs !== undefined);
  tell({ type: 'begin', order, surroundings });

  return {
    order,
    done,
    get total() {
      return total;
    },
    subscribe: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    span: () => {
      const span = Promise.withResolvers<Span>();
      const number = spans.push(span.resolve) - 1;
      tell({ type: 'span-begins', span: number });
      return {
        end: () => {
          tell({ type: 'span-ends', span: number });
          return Promise.race([span.promise, talk.ended.then(() => Promise.reject(overtaken))]);
        },
      };
    },
    hold: on => talk.hold(on || order.durationMs !== undefined),
    stop: () => {
      talk.hold(true);
      tell({ type: 'stop' });
      return done;
    },
    cancel: async () => {
      cancelled = true;
      talk.hold(true);
      child.signal('SIGKILL');
      await Promise.allSettled([child.exited, done]);
    },
    move: to => tell({ type: 'surroundings', surroundings: to }),
  };
};

const overtaken = new StackError('the load ended while it was being measured');

const lastLine = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) || 'it said nothing';
  } catch {
    return 'it said nothing';
  }
};
