import type { Course } from '../course/model.ts';
import { plainText } from '../course/plain-text.ts';
import { dueItems, nextDue } from '../progress/due.ts';
import { reviewItems } from '../progress/review.ts';
import {
  cardQuestion,
  type ReviewCard,
  refuted,
  reviewCards,
  reviewedEvents,
} from '../progress/review-session.ts';
import type { ProgressStore } from '../progress/store.ts';
import { isSolved, type QuestionState, questionReducer } from '../quiz/question-state.ts';
import { taughtWords } from './glossary.ts';
import { playSection, type Room } from './section.ts';
import { counted, fromNow, hanging, heading } from './text.ts';

export interface ReviewRun extends Room {
  course: Course;
  store: ProgressStore;
  /** Milliseconds since 1970. */
  now?: () => number;
}

/** Asks again what was wrong and is due. Resolves to whether everything that ran held. */
export const playReview = async (run: ReviewRun): Promise<boolean> => {
  const { course, console, store, now = Date.now } = run;
  const { out, width } = console;
  const cards = reviewCards(course, dueItems(reviewItems(course, store.progress()), now()));
  const questions = cards.filter(({ role }) => role === 'question').length;
  if (cards.length === 0) {
    out('', ...hanging('', nothingDue(course, store, now()), width));
    return true;
  }
  out(
    '',
    ...hanging('', `Review: ${counted(questions, 'question')} ${questions === 1 ? 'is' : 'are'} due.`, width),
  );
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  let held = true;
  let right = 0;
  let asked = 0;
  for (const [index, card] of cards.entries()) {
    out(...heading(`${titleOf(card, index, cards)}: ${plainText(card.step.title)}`));
    if (card.role === 'experiment') out('', ...hanging('', whyShown(course, card), width));
    const played = await playCard(run, card, seed);
    held &&= played.held;
    if (played.end === 'left' || run.signal.aborted) {
      out('', 'You left the review. What you have answered is kept.');
      return held;
    }
    if (card.role === 'question') {
      asked++;
      if (played.question && isSolved(played.question) && played.question.attempts.length === 1) right++;
      else out(...taughtWords(card.step, course).flatMap(text => hanging('', text, width)));
    }
  }
  out(
    ...heading('Reviewed'),
    '',
    ...hanging('', `${right} of ${asked} right at the first try. ${nothingDue(course, store, now())}`, width),
  );
  return held;
};

const titleOf = ({ role, title }: ReviewCard, index: number, cards: readonly ReviewCard[]): string => {
  const of = (list: readonly ReviewCard[]) => list.filter(card => card.role === 'question').length;
  return role === 'experiment'
    ? `An experiment of ${plainText(title)}`
    : `Question ${of(cards.slice(0, index + 1))} of ${of(cards)}`;
};

const whyShown = (course: Course, card: ReviewCard): string => {
  const belief = refuted(course, card);
  return belief === undefined
    ? 'Your last answer to the next question is refuted by this experiment.'
    : `Your last answer to the next question says: "${plainText(belief)}" Here the stack says what is so.`;
};

const nothingDue = (course: Course, store: ProgressStore, now: number): string => {
  const items = reviewItems(course, store.progress());
  const next = nextDue(items, now);
  if (dueItems(items, now).length > 0) return 'More is due by now.';
  return next === undefined
    ? 'Nothing is to be reviewed: what you answer wrong comes here.'
    : `Nothing is due. The next question is due ${fromNow(next - now)}.`;
};

const playCard = async (run: ReviewRun, card: ReviewCard, seed: number) => {
  const { course, store, console, now = Date.now } = run;
  const sitting = crypto.randomUUID();
  let question: QuestionState | undefined = cardQuestion(card, course, seed);
  const played = await playSection(
    card.step,
    question,
    async action => {
      if (!question) throw new Error(`the section ${card.step.id} asks nothing`);
      const before = question;
      question = questionReducer(before, action);
      const events = reviewedEvents(card, before, question, { course: course.id, at: now(), sitting });
      const warning = events.length > 0 ? await store.record(...events) : undefined;
      if (warning) console.note(warning);
      return question;
    },
    run,
  );
  return { ...played, question };
};
