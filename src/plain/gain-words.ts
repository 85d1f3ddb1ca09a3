import type { Gain } from '../quiz/gain.ts';
import { percent } from '../quiz/score.ts';

/** What was learned since the pretest, as sentences. */
export const gainWords = ({ asked, before, after, gain }: Gain): string => {
  const told = `Of the ${asked} questions from before the lessons ${before} ${before === 1 ? 'was' : 'were'} right then, and ${after} ${after === 1 ? 'is' : 'are'} now, at the first try`;
  if (gain === null) return `${told}. You knew them all before, so there was nothing to gain in them.`;
  if (gain < 0) return `${told}. That is less than before: review will bring them back.`;
  return `${told}: of what was missing you have gained ${percent(gain)}.`;
};
