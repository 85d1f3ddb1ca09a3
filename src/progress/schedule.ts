import { type Card, createEmptyCard, fsrs, type Grade, Rating } from 'ts-fsrs';

/** How well a question went; nobody is asked to judge themselves. */
export type Recall = 'again' | 'hard' | 'good';

const grades: Readonly<Record<Recall, Grade>> = {
  again: Rating.Again,
  hard: Rating.Hard,
  good: Rating.Good,
};

/**
 * FSRS-6 with its own parameters: 90 % shall still be known when a question is due. What was wrong comes back in ten
 * minutes, and from then on after days. Without its random part, so that every tutor draws the same schedule from the
 * same answers, and only the answers have to be kept.
 */
const scheduler = fsrs({ learning_steps: ['10m'], relearning_steps: ['10m'], enable_fuzz: false });

/**
 * When a question is due, in milliseconds since 1970, after it was asked at these times (ascending); `undefined` while
 * it was always right at once, because then there is nothing to review.
 * What is right before it is due tells little, as the answer was still in sight, and moves nothing.
 */
export const dueAfter = (asked: readonly { at: number; recall: Recall }[]): number | undefined => {
  let card: Card | undefined;
  for (const { at, recall } of asked) {
    if (recall === 'good' && (card === undefined || at < card.due.getTime())) continue;
    card = scheduler.next(card ?? createEmptyCard(at), at, grades[recall]).card;
  }
  return card?.due.getTime();
};
