import { type LabLine, parseExpectation, parseGoal, parseLab } from '../lab/language.ts';
import type { TopologyName } from '../stack/topology.ts';
import type { Challenge } from './model.ts';
import type { Report } from './report.ts';

/** The words behind the three backquotes that the course gives a meaning. */
export const challengeFences = ['challenge', 'setup', 'solution', 'near-miss'] as const;
type FenceName = (typeof challengeFences)[number];

export interface ChallengeFence {
  kind: FenceName;
  text: string;
  /** Of the fence itself; its text starts one line below. */
  line: number;
}

/** The lab commands of a fence that starts in `line`. */
export const parseCommands = (name: string, text: string, line: number, report: Report): LabLine[] => {
  const { lines, problems } = parseLab(text, line + 1);
  for (const problem of problems) report(problem.line, problem.message);
  if (lines.length === 0 && problems.length === 0)
    report(line, `the ${name} block has no command, expected at least one`);
  return lines;
};

const parseGoals = ({ text, line }: ChallengeFence, report: Report): Pick<Challenge, 'goals' | 'hints'> => {
  const goals: Challenge['goals'] = [];
  const hints: Challenge['hints'] = [];
  let written = 0;
  for (const [index, source] of text.split('\n').entries()) {
    const at = line + 1 + index;
    const words = source.trim();
    if (words === '' || words.startsWith('#')) continue;
    const goal = /^goal\s+(.+)$/.exec(words)?.[1];
    const hint = /^hint\s+when\s+(.+?):\s+(.+)$/.exec(words);
    if (goal) {
      written++;
      const parsed = parseGoal(goal, at);
      if ('problem' in parsed) report(at, parsed.problem);
      else goals.push({ line: at, text: goal, goal: parsed });
    } else if (hint) {
      const when = parseExpectation(hint[1] ?? '');
      if ('problem' in when) report(at, when.problem);
      else hints.push({ line: at, when, text: hint[2] ?? '' });
    } else report(at, `"${words}" cannot be read, expected "goal ..." or "hint when EXPECTATION: text"`);
  }
  if (written === 0)
    report(line, 'the challenge has no goal, expected a line such as "goal survive any part"');
  return { goals, hints };
};

const lessonOf = ({ text }: ChallengeFence): { lesson?: string } => {
  const lesson = /^\s*#\s*(\S.*?)\s*$/m.exec(text)?.[1];
  return lesson === undefined ? {} : { lesson };
};

/** Joins the fences of a section to its challenge, if it has one. */
export const parseChallenge = (
  fences: readonly ChallengeFence[],
  { report, stack }: { report: Report; stack: TopologyName },
): Challenge | undefined => {
  const of = (kind: FenceName): ChallengeFence[] => fences.filter(fence => fence.kind === kind);
  const [challenge] = of('challenge');
  if (!challenge) {
    for (const { kind, line } of fences)
      report(
        line,
        `the ${kind} block belongs to no challenge, expected a challenge block in the same section`,
      );
    return undefined;
  }
  for (const kind of ['challenge', 'setup', 'solution'] as const)
    for (const { line } of of(kind).slice(1))
      report(line, `the section has a second ${kind} block, expected one`);
  const commands = (fence: ChallengeFence | undefined): LabLine[] => {
    if (!fence) return [];
    const lines = parseCommands(fence.kind, fence.text, fence.line, report);
    for (const { line, expectation } of lines)
      if (expectation?.kind === 'asked')
        report(line, '"=> ?" stands in a challenge, expected it in a lab block only');
    return lines;
  };
  const [setup] = of('setup');
  const [solution] = of('solution');
  if (!solution) report(challenge.line, 'the challenge has no solution block, expected one for the checker');
  return {
    line: challenge.line,
    stack,
    ...parseGoals(challenge, report),
    setup: commands(setup),
    solution: commands(solution),
    nearMisses: of('near-miss').map(fence => ({
      line: fence.line,
      lines: commands(fence),
      ...lessonOf(fence),
    })),
  };
};
