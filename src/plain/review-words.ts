import type { ReviewSummary } from '../progress/due.ts';
import { counted, fromNow } from './text.ts';

/** How many questions wait, or when the next one does. */
export const reviewWords = (review: ReviewSummary | undefined, now = Date.now()): string => {
  if (!review || review.scheduled === 0) return 'ask again what was wrong';
  if (review.due > 0) return `${counted(review.due, 'question')} ${review.due === 1 ? 'is' : 'are'} due`;
  return review.next === null
    ? 'nothing is due'
    : `the next is due ${fromNow(Date.parse(review.next) - now)}`;
};
