import { useEffect, useReducer, useRef, useState } from 'react';
import type { Course } from '../../course/model.ts';
import { blank, line, span, wrap } from '../../plain/line.ts';
import { counted, fromNow } from '../../plain/text.ts';
import { dueItems, nextDue, type ReviewItem } from '../../progress/due.ts';
import { type ReviewCard, refuted, reviewCards, reviewedEvents } from '../../progress/review-session.ts';
import { isFinished } from '../../quiz/question-state.ts';
import { Frame } from '../components/frame.tsx';
import { Message } from '../components/message.tsx';
import { Rows } from '../components/rows.tsx';
import type { RenderMarkdown } from '../hooks/use-markdown.ts';
import { useReview } from '../hooks/use-review.ts';
import { type ReviewState, reviewReducer, startReview } from '../review/state.ts';
import { Section } from '../section/section.tsx';
import { gateOf } from '../section/state.ts';
import { useShell } from '../shell.ts';

/** Waits for what it needs; what is due when it opens is what is asked. */
export const Review = () => {
  const { course, markdown: render, now } = useShell();
  const items = useReview();
  const [due, setDue] = useState<readonly ReviewItem[]>();
  if (course.state === 'failed') return <Message title="Review" text={course.error} />;
  if (course.state === 'loading' || !items || !render) return <Message title="Review" text="" />;
  if (!due) {
    setDue(dueItems(items, now()));
    return <Message title="Review" text="" />;
  }
  const cards = reviewCards(course.course, due);
  return cards.length === 0 ? (
    <Rest items={items} asked={undefined} />
  ) : (
    <Cards course={course.course} cards={cards} items={items} render={render} />
  );
};

type CardsProps = {
  course: Course;
  cards: readonly ReviewCard[];
  items: readonly ReviewItem[];
  render: RenderMarkdown;
};

const Cards = ({ course, cards, items, render }: CardsProps) => {
  const [state, dispatch] = useReducer(reviewReducer, undefined, () =>
    startReview(cards, course, crypto.getRandomValues(new Uint32Array(1))[0] ?? 0),
  );
  useReviewRecord(course, state);
  const { current } = state;
  const now = state.cards[current];
  if (!now) return <Rest items={items} asked={state} />;
  const { card, step } = now;
  const next = () => dispatch({ type: 'next' });
  const complete = gateOf(step) === undefined;
  const answered = step.question !== undefined && isFinished(step.question);
  return (
    <Section
      title="Review"
      detail={placeOf(state)}
      note={card.role === 'experiment' ? whyShown(course, card) : undefined}
      state={{ ...step }}
      id={`${current}`}
      render={render}
      onAnswer={answer => dispatch({ type: 'answer', answer })}
      onHint={() => dispatch({ type: 'hint' })}
      onRun={(item, event) => dispatch({ type: 'run', card: current, item, event })}
      // An experiment that cannot be run, or is known too well, holds nobody up.
      next={complete || answered || card.role === 'experiment' ? next : undefined}
      onDone={next}
    />
  );
};

const placeOf = ({ cards, current }: ReviewState): string => {
  const questions = (of: ReviewState['cards']) => of.filter(({ card }) => card.role === 'question').length;
  const experiment = cards[current]?.card.role === 'experiment';
  const place = questions(cards.slice(0, current)) + 1;
  return `${experiment ? 'experiment,' : 'question'} ${place} of ${questions(cards)}`;
};

const whyShown = (course: Course, card: ReviewCard): string => {
  const belief = refuted(course, card)?.replaceAll('`', '');
  return belief === undefined
    ? 'Your last answer to the next question is refuted by this experiment.'
    : `Your last answer to the next question says: "${belief}" Here the stack says what is so.`;
};

/** Keeps each answer once its question is finished. */
const useReviewRecord = (course: Course, state: ReviewState): void => {
  const { progress, now } = useShell();
  const { record } = progress;
  const kept = useRef(state);
  const sittings = useRef(state.cards.map(() => crypto.randomUUID()));
  useEffect(() => {
    const before = kept.current;
    kept.current = state;
    const events = state.cards.flatMap(({ card, step }, index) => {
      const known = before.cards[index]?.step.question;
      const sitting = sittings.current[index];
      if (!known || !step.question || sitting === undefined) return [];
      return reviewedEvents(card, known, step.question, { course: course.id, at: now(), sitting });
    });
    if (events.length > 0) record(...events);
  }, [record, course, state, now]);
};

/** Nothing is asked now: how it went, and when the next one is due. */
const Rest = ({ items, asked }: { items: readonly ReviewItem[]; asked: ReviewState | undefined }) => {
  const { layout, glyphs, now, navigate } = useShell();
  const { width } = layout.text;
  const questions = (asked?.cards ?? []).filter(({ card }) => card.role === 'question');
  const right = questions.filter(({ step }) => step.question?.attempts[0]?.right).length;
  const next = nextDue(items, now());
  const again = dueItems(items, now()).length;
  const sentences = [
    again > 0
      ? `${counted(again, 'question')} ${again === 1 ? 'is' : 'are'} due by now.`
      : next === undefined
        ? 'Nothing is to be reviewed. What you answer wrong, in a quiz or a prediction, comes here: the same day first, then after days, and further and further apart while you know it.'
        : `Nothing is due. The next question is due ${fromNow(next - now())}.`,
    ...(items.length > 0 ? [`${counted(items.length, 'question')} in review.`] : []),
  ];
  return (
    <Frame mode="read" title="Review" handlers={{ enter: () => navigate({ type: 'back' }) }}>
      <Rows
        width={width}
        rows={[
          ...(asked
            ? [
                line(span(`${glyphs.tick} Reviewed`, 'good')),
                blank,
                line(span(`${right} of ${questions.length} right at the first try.`, 'strong')),
                blank,
              ]
            : []),
          ...sentences.flatMap(text => wrap(text, width).map(part => line(part))),
        ]}
      />
    </Frame>
  );
};
