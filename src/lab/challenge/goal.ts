import { type Version, versions } from '../../stack/deploy/order.ts';
import { parseExpectation } from '../expectation.ts';
import type { Comparison, LabLine } from '../language.ts';
import { parseLab } from '../parse.ts';

/** What a challenge asks of the stack; every goal is measured. */
export type Goal =
  /** Nothing that is killed takes the site down. */
  | { kind: 'survive' }
  /** Of a deployment that the learner has run, under at least so many visitors a second. */
  | { kind: 'deploy'; version: Version; comparisons: Comparison[]; ratePerS: number }
  /** Of visitors that come for the grading. */
  | { kind: 'serve'; ratePerS: number; comparisons: Comparison[] }
  /** A command with its expectation. */
  | { kind: 'line'; line: LabLine };

const forms =
  'survive any part, serve 300/s with p99 < 250ms, deploy v2 with 0 failed at 50/s, answer https, or a command with its expectation';

/** Reads what stands behind `goal`. */
export const parseGoal = (text: string, line: number): Goal | { problem: string } => {
  if (/^survive any part$/.test(text)) return { kind: 'survive' };
  if (/^answer https$/.test(text)) return lineGoal('request https://www.foobar.com/ => ok', line);
  const [, rate, served] = /^serve (\d+)\/s with (.+)$/.exec(text) ?? [];
  if (rate !== undefined && served !== undefined) {
    const comparisons = parseComparisons(served);
    return 'problem' in comparisons ? comparisons : { kind: 'serve', ratePerS: Number(rate), ...comparisons };
  }
  const [, name, measured, under] = /^deploy (\S+) with (.+) at (\d+)\/s$/.exec(text) ?? [];
  if (name !== undefined && measured !== undefined) return deployGoal(name, measured, Number(under));
  return lineGoal(text, line);
};

const deployGoal = (name: string, measured: string, ratePerS: number): Goal | { problem: string } => {
  const version = versions.find(known => known === name);
  if (!version) return { problem: `"${name}" is no version of the site; there are ${versions.join(', ')}` };
  // As one says it: `0 failed` is `failed = 0`.
  const comparisons = parseComparisons(measured.replace(/^(\d+) failed$/, 'failed = $1'));
  return 'problem' in comparisons ? comparisons : { kind: 'deploy', version, ratePerS, ...comparisons };
};

const parseComparisons = (text: string): { comparisons: Comparison[] } | { problem: string } => {
  const expectation = parseExpectation(text);
  if ('problem' in expectation) return expectation;
  if (expectation.kind !== 'measures')
    return { problem: `"${text}" compares nothing; write such as failed = 0, p99 < 250ms` };
  return { comparisons: expectation.comparisons };
};

const lineGoal = (text: string, line: number): Goal | { problem: string } => {
  const { lines, problems } = parseLab(text, line);
  const [command, more] = lines;
  if (problems[0]) return { problem: `"${text}" is no goal (${problems[0].message}); a goal is ${forms}` };
  if (!command || more) return { problem: `a goal is ${forms}` };
  const { expectation } = command;
  if (!expectation || expectation.kind === 'asked')
    return { problem: `"${text}" says nothing of what is expected; write such as ${text} => ok` };
  return { kind: 'line', line: command };
};
