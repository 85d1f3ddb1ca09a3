import type { Attempt } from './question-state.ts';

/** What was learned between a pretest and a run of the quiz, by the questions that both have asked. */
export interface Gain {
  asked: number;
  /** How many of them were right, each at the first try. */
  before: number;
  after: number;
  /**
   * The share of what was missing before, after Hake 1998: (after - before) / (asked - before). Below 0 when less is
   * known; `null` when nothing was missing, for then nothing could be gained.
   */
  gain: number | null;
}

/** `undefined` when there was no pretest, or the run asked none of its questions. */
export const gainOf = (
  pretest: Readonly<Record<string, Attempt | null>>,
  answers: Readonly<Record<string, readonly Attempt[]>>,
): Gain | undefined => {
  const asked = Object.keys(pretest).filter(id => Object.hasOwn(answers, id));
  if (asked.length === 0) return undefined;
  const before = asked.filter(id => pretest[id]?.right).length;
  const after = asked.filter(id => answers[id]?.[0]?.right).length;
  const missing = asked.length - before;
  return { asked: asked.length, before, after, gain: missing === 0 ? null : (after - before) / missing };
};
