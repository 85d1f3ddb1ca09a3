import type { Stack } from '../../stack/stack.ts';
import { defaultPath, type LoadOrder } from '../../stack/traffic/order.ts';
import { chaosSummary } from '../chaos-text.ts';
import { judge } from '../judge.ts';
import type { Comparison, Observed } from '../language.ts';
import type { Goal } from './goal.ts';

/** What came of one goal. */
export interface GoalGrade {
  met: boolean;
  /** What was measured, or why nothing could be, in one line. */
  observed: string;
  /** For hints: what was observed, where something was. */
  evidence?: Observed;
}

export interface GradeOptions {
  signal: AbortSignal;
  tell?: ((progress: string) => void) | undefined;
  /** What the learner's own commands have observed in this run. */
  history: readonly Observed[];
}

/** Long enough for a queue to fill, and for 1 % of the visitors to be some. */
const serveMs = 5000;
/** A machine that was too busy to send in time may be tried again. */
const serveTries = 3;

/** Measures one goal. Rejects only for what nobody foresaw. */
export const gradeGoal = async (goal: Goal, stack: Stack, options: GradeOptions): Promise<GoalGrade> => {
  switch (goal.kind) {
    case 'survive':
      return survive(stack, options);
    case 'serve':
      return serve(goal, stack, options);
    case 'deploy':
      return deployed(goal, stack, options.history);
    case 'line':
      return line(goal, stack, options);
  }
};

const compared = (comparisons: readonly Comparison[], evidence: Observed): GoalGrade => {
  const { ok, observed } = judge({ kind: 'measures', comparisons: [...comparisons] }, evidence);
  return { met: ok, observed, evidence };
};

const line = async (
  { line: { command, expectation } }: Goal & { kind: 'line' },
  stack: Stack,
  { signal, tell }: GradeOptions,
): Promise<GoalGrade> => {
  const evidence = await command.run(stack, signal, tell);
  const { ok, observed } = judge(expectation, evidence);
  return { met: ok, observed, evidence };
};

const survive = async (stack: Stack, { signal, tell }: GradeOptions): Promise<GoalGrade> => {
  const result = await stack.chaos({ signal, untilFailure: true, ...(tell && { tell }) });
  const met = result.matrix.length > 0 && result.matrix.every(({ survived }) => survived);
  return { met, observed: chaosSummary(result), evidence: { kind: 'chaos', result } };
};

const serve = async (
  { ratePerS, comparisons }: Goal & { kind: 'serve' },
  stack: Stack,
  { signal, tell }: GradeOptions,
): Promise<GoalGrade> => {
  const order: LoadOrder = { ratePerS, durationMs: serveMs, path: defaultPath };
  for (let tries = 1; ; tries++) {
    tell?.(`${ratePerS} visitors a second come for ${serveMs / 1000} s`);
    const result = await (await stack.load(order, signal)).done;
    const evidence: Observed = { kind: 'load', order, result };
    if (result.valid) return compared(comparisons, evidence);
    if (tries === serveTries)
      return { met: false, observed: `this machine is too busy to measure it: ${result.doubt}`, evidence };
  }
};

const deployed = (
  { version, comparisons, ratePerS }: Goal & { kind: 'deploy' },
  stack: Stack,
  history: readonly Observed[],
): GoalGrade => {
  const last = history.findLast(observed => observed.kind === 'deploy');
  if (last?.order.version !== version || stack.version !== version)
    return { met: false, observed: `${version} was not deployed in this run; ${stack.version} runs` };
  if (last.result.ratePerS < ratePerS)
    return {
      met: false,
      observed: `only ${last.result.ratePerS} visitors a second came while it was deployed`,
    };
  return compared(comparisons, last);
};
