import type { QuizSummary } from '../progress/summary.ts';
import { counted } from './text.ts';

/** What of quiz and challenges is passed. */
export const masteryWords = ({ passed, challenges, mastery }: QuizSummary): string => {
  const open = challenges.filter(challenge => challenge.passed === null).length;
  if (mastery.reached) return 'reached';
  const challenge = open === 0 ? 'challenge passed' : `${counted(open, 'challenge')} to pass`;
  return `${passed ? 'quiz passed' : 'quiz to pass'}, ${challenge}`;
};
