import type { QuizSummary } from '../progress/summary.ts';
import { counted } from './text.ts';

/** What of quiz and challenges is passed. */
export const masteryWords = ({ questions, passed, challenges, mastery }: QuizSummary): string => {
  if (mastery.reached) return 'reached';
  const done = challenges.filter(challenge => challenge.passed !== null).length;
  const challenge =
    challenges.length === 1
      ? `challenge ${done === 1 ? 'passed' : 'to pass'}`
      : `${done} of ${counted(challenges.length, 'challenge')} passed`;
  return questions === challenges.length ? challenge : `quiz ${passed ? 'passed' : 'to pass'}, ${challenge}`;
};
