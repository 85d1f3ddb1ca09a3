/** REGEXP, on JavaScript's engine: it goes back and tries again, which some patterns make last for ages. */

import { MysqlError } from './errors.ts';

/** What may still be spent on patterns in the statement that runs. */
export interface PatternBudget {
  milliseconds: number;
}

/** As MySQL's regexp_time_limit; every other connection waits so long. */
export const patternMs = 1000;

/** That many steps take some milliseconds. */
const fewSteps = 1_000_000;

/** About the most steps that a match can take: each quantifier ends at any character, or does so again and again. */
const mostSteps = (pattern: string, length: number): number => {
  const plain = pattern.replace(/\\./gsu, 'x');
  const quantifiers = plain.match(/[*+?{]/g)?.length ?? 0;
  return /\)[*+?{]/.test(plain) ? (quantifiers + 1) ** length : length ** quantifiers;
};

type Watched = (expression: RegExp, text: string, timeout: number) => boolean;

let watched: Watched | undefined;

/** Starts a thread that watches the time: half a millisecond, so only for what could last. */
const createWatched = (): Watched => {
  const { createContext, Script } = process.getBuiltinModule('node:vm');
  const context = createContext({});
  const script = new Script('expression.test(text)');
  return (expression, text, timeout) => {
    Object.assign(context, { expression, text });
    return script.runInContext(context, { timeout });
  };
};

const timeout = (): MysqlError => new MysqlError(3699, 'Timeout exceeded in regular expression match.');

/** Throws 3692 for what is no pattern, and 3699 when the budget is spent. */
export const matches = (pattern: string, text: string, budget: PatternBudget): boolean => {
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, 'iu');
  } catch {
    throw new MysqlError(3692, 'Incorrect description of a regular expression.');
  }
  if (mostSteps(pattern, text.length) < fewSteps) return expression.test(text);
  if (budget.milliseconds < 1) throw timeout();
  watched ??= createWatched();
  const since = performance.now();
  try {
    return watched(expression, text, Math.ceil(budget.milliseconds));
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' ? timeout() : error;
  } finally {
    budget.milliseconds -= performance.now() - since;
  }
};
