import type { Challenge, Problem } from '../course/model.ts';
import { describeFailure, type Grade, startTask } from '../lab/challenge/run.ts';
import type { LabLine } from '../lab/language.ts';
import { runLines } from '../lab/run.ts';
import type { Stack } from '../stack/stack.ts';

type Found = Omit<Problem, 'file'>;

/** A challenge must fail untouched, pass with its solution, and fail with every near miss. */
export const runChallenge = async (
  challenge: Challenge,
  stack: Stack,
  signal: AbortSignal,
): Promise<Found[]> => {
  const problems: Found[] = [];
  const attempt = async (lines: readonly LabLine[]): Promise<Grade> => {
    const run = await startTask(challenge, stack, signal);
    try {
      for (const result of await runLines(lines, stack, { signal })) {
        run.note(result.observed);
        if (!result.ok) problems.push({ line: result.line.line, message: describeFailure(result) });
      }
      return await run.grade(signal);
    } finally {
      run.end();
    }
  };

  if ((await attempt([])).passed)
    problems.push({ line: challenge.line, message: 'the challenge is passed when nothing was done' });
  const solved = await attempt(challenge.solution);
  for (const { text, met, observed } of solved.goals)
    if (!met)
      problems.push({
        line: challenge.line,
        message: `the solution does not reach the goal "${text}": ${observed}`,
      });
  for (const { line, lines } of challenge.nearMisses)
    if ((await attempt(lines)).passed) problems.push({ line, message: 'the near miss passes the challenge' });
  return problems;
};
