import { judge } from './judge.ts';
import type { Expectation, Observed } from './language.ts';

interface PredictionOption {
  correct: boolean;
  expectation?: Expectation;
}

export interface OptionJudgement<Option> {
  option: Option;
  /** Its expectation holds; without an expectation it never does. */
  holds: boolean;
  /** It holds and is marked `[x]`, or neither. */
  asMarked: boolean;
}

/** What the stack's answer says about each option of a prediction. */
export const judgeOptions = <Option extends PredictionOption>(
  options: readonly Option[],
  observed: Observed,
): OptionJudgement<Option>[] =>
  options.map(option => {
    const holds = option.expectation !== undefined && judge(option.expectation, observed).ok;
    return { option, holds, asMarked: holds === option.correct };
  });
