import type { Course } from '../../course/model.ts';
import { taughtAt } from '../../course/sections.ts';
import { cardQuestion, type ReviewCard } from '../../progress/review-session.ts';
import type { Answer } from '../../quiz/answer.ts';
import { questionReducer } from '../../quiz/question-state.ts';
import { followRuns, type RunEvent } from '../section/run.ts';
import { offeredHints, type StepState } from '../section/state.ts';

export interface ReviewState {
  cards: readonly { card: ReviewCard; step: StepState }[];
  /** Behind the last one it is over. */
  current: number;
}

export type ReviewAction =
  | { type: 'answer'; answer: Answer }
  | { type: 'hint' }
  /** Of the given card: a run goes on when the learner goes on. */
  | { type: 'run'; card: number; item: number; event: RunEvent }
  | { type: 'next' };

export const startReview = (cards: readonly ReviewCard[], course: Course, seed: number): ReviewState => ({
  cards: cards.map(card => {
    const question = cardQuestion(card, course, seed);
    const taught = taughtAt(course, card.step).map(({ lesson, step }) => `${lesson.title}: ${step.title}`);
    return {
      card,
      step: { step: card.step, hints: 0, runs: {}, taught, ...(question ? { question } : {}) },
    };
  }),
  current: 0,
});

const onCard = (state: ReviewState, at: number, change: (step: StepState) => StepState): ReviewState => ({
  ...state,
  cards: state.cards.map((card, index) => (index === at ? { ...card, step: change(card.step) } : card)),
});

export const reviewReducer = (state: ReviewState, action: ReviewAction): ReviewState => {
  switch (action.type) {
    case 'answer':
      return onCard(state, state.current, step =>
        step.question ? { ...step, question: questionReducer(step.question, action) } : step,
      );
    case 'hint':
      return onCard(state, state.current, step => ({
        ...step,
        hints: Math.min(step.hints + 1, offeredHints(step)),
      }));
    case 'run':
      return onCard(state, action.card, step => ({
        ...step,
        runs: followRuns(step.runs, action.item, action.event),
      }));
    case 'next':
      return { ...state, current: Math.min(state.current + 1, state.cards.length) };
  }
};
