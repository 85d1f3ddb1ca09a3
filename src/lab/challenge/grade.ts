import { readFile } from 'node:fs/promises';
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
/** Milliseconds of work that a page is, as the application server is set up. */
const workMs = 40;

/** Measures one goal. Throws StackError, also when it was cancelled. */
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
  const faked = await lightWork(stack);
  if (faked !== undefined) return { met: false, observed: faked };
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

/** What a page costs is not the learner's to set: capacity is, and that has to be measured with honest work. */
const lightWork = async (stack: Stack): Promise<string | undefined> => {
  for (const { name, path } of stack.files().filter(file => file.name.endsWith('/app.json'))) {
    const [, written] = /"serviceMs"\s*:\s*([\d.]+)/.exec(await readFile(path, 'utf8')) ?? [];
    if (written !== undefined && Number(written) < workMs)
      return `${name} says that a page is ${written} ms of work, and it is ${workMs}`;
  }
  return undefined;
};

const deployed = (
  { version, comparisons, ratePerS }: Goal & { kind: 'deploy' },
  stack: Stack,
  history: readonly Observed[],
): GoalGrade => {
  const last = history.findLast(observed => observed.kind === 'deploy');
  const unmet = (observed: string): GoalGrade => ({ met: false, observed, ...(last && { evidence: last }) });
  if (last?.order.version !== version || stack.version !== version)
    return unmet(`${version} was not deployed in this run; ${stack.version} runs`);
  if (last.result.ratePerS < ratePerS)
    return unmet(`only ${last.result.ratePerS} visitors a second came while it was deployed`);
  const { path = defaultPath } = last.result;
  // A file comes from the web server: who asks for one notices nothing of a deployment.
  if (path !== defaultPath)
    return unmet(`the visitors who came meanwhile asked for ${path}, not ${defaultPath}`);
  return compared(comparisons, last);
};
