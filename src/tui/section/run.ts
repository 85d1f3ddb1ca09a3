import type { LabLine, Observed } from '../../lab/language.ts';
import type { LineResult } from '../../lab/run.ts';
import type { Trace } from '../../stack/browser/trace.ts';

/** What a lab block has done so far. */
export interface Run {
  state: 'running' | 'done' | 'cancelled' | 'failed';
  results: readonly LineResult[];
  current?: LabLine;
  /** How it goes with a command that takes long. */
  progress?: string;
  /** What the line observed that the prediction asks about. */
  asked?: Observed;
  error?: string;
}

/** By the place of the lab block among the section's items. */
export type Runs = Readonly<Record<number, Run>>;

export type RunEvent =
  | { type: 'begin' }
  | { type: 'line'; line: LabLine }
  | { type: 'progress'; progress: string }
  | { type: 'result'; result: LineResult }
  | { type: 'end'; asked?: Observed }
  | { type: 'cancelled' }
  | { type: 'failed'; error: string };

const begun: Run = { state: 'running', results: [] };

const followRun = ({ current, progress: _, ...run }: Run, event: RunEvent): Run => {
  switch (event.type) {
    case 'begin':
      return begun;
    case 'line':
      return { ...run, current: event.line };
    case 'progress':
      return { ...run, ...(current && { current, progress: event.progress }) };
    case 'result':
      return { ...run, results: [...run.results, event.result] };
    case 'end':
      return { ...run, state: 'done', ...(event.asked ? { asked: event.asked } : {}) };
    case 'cancelled':
      return { ...run, state: 'cancelled' };
    case 'failed':
      return { ...run, state: 'failed', error: event.error };
  }
};

export const followRuns = (runs: Runs, item: number, event: RunEvent): Runs => ({
  ...runs,
  [item]: followRun(runs[item] ?? begun, event),
});

/** The request that a block is about: the one that its prediction asks about, or the last one. */
export const requestOf = ({ results }: Run): Trace | undefined => {
  const requests = results.flatMap(({ line, observed }) =>
    observed.kind === 'request' ? [{ line, trace: observed.trace }] : [],
  );
  const asked = requests.find(({ line }) => line.expectation?.kind === 'asked');
  return (asked ?? requests.at(-1))?.trace;
};
