import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadCourse } from '../../src/course/load.ts';
import type { Course } from '../../src/course/model.ts';
import { dueItems, nextDue, reviewSummary } from '../../src/progress/due.ts';
import { applyEvents, type ProgressEvent } from '../../src/progress/events.ts';
import { merge } from '../../src/progress/merge.ts';
import { emptyProgress } from '../../src/progress/progress.ts';
import { reviewItems } from '../../src/progress/review.ts';
import { cardQuestion, refuted, reviewCards, reviewedEvents } from '../../src/progress/review-session.ts';
import { type Attempt, questionReducer } from '../../src/quiz/question-state.ts';
import { loopCourse } from '../tui/fixtures.ts';

const minute = 60_000;
const { course, problems } = await loadCourse(loopCourse);
const lesson = 'lessons/01-who-answers.md';
const quiz = 'quizzes/parts.md';

const choice = (option: string, right: boolean): Attempt => ({ answer: { kind: 'choice', option }, right });
const wrong = choice('nginx', false);
const right = choice('app-server', true);

const run = (id: string, at: number, ...attempts: Attempt[]): ProgressEvent[] => {
  const place = { course: course.id, file: quiz, run: id };
  return [
    { ...place, at, type: 'run-started', seed: 1, practice: false },
    ...attempts.map(
      (attempt, index): ProgressEvent => ({
        ...place,
        at: at + index,
        type: 'answered',
        question: 'runs-code',
        attempt,
      }),
    ),
  ];
};

const predicted = (at: number, option: string): ProgressEvent => ({
  type: 'predicted',
  course: course.id,
  file: lesson,
  step: 'app-gone',
  option,
  right: option === 'bad-gateway',
  at,
});

const reviewed = (at: number, ...attempts: Attempt[]): ProgressEvent => ({
  type: 'reviewed',
  of: 'quiz',
  course: course.id,
  file: quiz,
  question: 'runs-code',
  sitting: `sitting at ${at}`,
  at,
  attempts,
});

const progressAfter = (...events: ProgressEvent[]) => applyEvents(emptyProgress(1), events);
const itemsAfter = (...events: ProgressEvent[]) => reviewItems(course, progressAfter(...events));

it('has a course to try it on', () => {
  expect(problems).toEqual([]);
});

describe('what is to be reviewed', () => {
  it('is what was not right at once, in a quiz or a prediction, with what the answer stands for', () => {
    const items = itemsAfter(...run('r', 0, wrong, right), predicted(0, 'nginx-runs-it'));
    expect(items.map(({ of, step, due, misconceptions }) => [of, step.id, due, misconceptions])).toEqual([
      ['lesson', 'app-gone', 10 * minute, ['P4']],
      ['quiz', 'runs-code', 1 + 15 * minute, ['P4']],
    ]);
  });

  it('is nothing that was right at once, and nothing that is still being answered', () => {
    expect(itemsAfter(...run('r', 0, right), predicted(0, 'bad-gateway'))).toEqual([]);
    expect(itemsAfter(...run('r', 0, wrong))).toEqual([]);
  });

  it('counts every try wrong as wrong, and a third one as not known', () => {
    const db = choice('db', false);
    expect(itemsAfter(...run('r', 0, wrong, db, right))[0]?.due).toBe(2 + 10 * minute);
    expect(itemsAfter(...run('r', 0, wrong, db, choice('nginx', false)))[0]?.due).toBe(2 + 10 * minute);
  });

  it('goes away further when it is right after its time, and not when it is right too early', () => {
    const events = run('r', 0, wrong, right);
    const [first] = itemsAfter(...events);
    const due = first?.due ?? 0;
    expect(itemsAfter(...events, reviewed(due - 1, right))[0]?.due).toBe(due);
    const [later] = itemsAfter(...events, reviewed(due, right));
    expect((later?.due ?? 0) - due).toBeGreaterThan(due);
    // A quiz that is taken again counts as well.
    expect(itemsAfter(...events, ...run('s', due, right))[0]?.due).toBe(later?.due);
  });

  it('stands for the last wrong answer, not for an earlier one', () => {
    const items = itemsAfter(...run('r', 0, wrong, right), reviewed(5 * minute, choice('db', false), right));
    expect(items[0]?.misconceptions).toEqual([]);
  });

  it('loses what the course no longer has, or asks in another way', () => {
    const events = run('r', 0, wrong, right);
    const [of] = course.quizzes;
    const without: Course = { ...course, quizzes: of ? [{ ...of, questions: of.questions.slice(1) }] : [] };
    expect(reviewItems(without, progressAfter(...events))).toEqual([]);
    const text = { kind: 'text' as const, line: 1, prompt: 'Who?', accepted: ['app'] };
    const other: Course = {
      ...course,
      quizzes: of
        ? [
            {
              ...of,
              questions: of.questions.map(step => ({
                ...step,
                items: [{ kind: 'question' as const, question: text }],
              })),
            },
          ]
        : [],
    };
    expect(reviewItems(other, progressAfter(...events))).toEqual([]);
  });

  it('is the same in which order ever two tutors are brought together', () => {
    const sitting = fc
      .tuple(fc.nat(60 * 24 * 60), fc.boolean())
      .map(([minutes, known]) => reviewed(minutes * minute, ...(known ? [right] : [wrong, right])));
    const common = progressAfter(...run('r', 0, wrong, right));
    fc.assert(
      fc.property(fc.array(sitting), fc.array(sitting), (a, b) => {
        const ours = applyEvents(common, a);
        const theirs = applyEvents(common, b);
        const both = reviewItems(course, merge(ours, theirs));
        expect(reviewItems(course, merge(theirs, ours))).toEqual(both);
        expect(both).toHaveLength(1);
      }),
    );
  });
});

describe('what is due', () => {
  const items = itemsAfter(...run('r', 0, wrong, right), predicted(0, 'nginx-runs-it'));

  it('comes with its time', () => {
    expect(dueItems(items, 0)).toEqual([]);
    expect(dueItems(items, 10 * minute).map(({ step }) => step.id)).toEqual(['app-gone']);
    expect(dueItems(items, 20 * minute)).toHaveLength(2);
    expect(nextDue(items, 10 * minute)).toBe(1 + 15 * minute);
    expect(nextDue(items, 20 * minute)).toBeUndefined();
  });

  it('is plain JSON in a summary', () => {
    expect(reviewSummary(items, 10 * minute)).toEqual({
      due: 1,
      scheduled: 2,
      next: '1970-01-01T00:15:00.001Z',
    });
    expect(reviewSummary([], 0)).toEqual({ due: 0, scheduled: 0, next: null });
  });
});

describe('a session', () => {
  const cardsAfter = (...events: ProgressEvent[]) =>
    reviewCards(course, itemsAfter(...events)).map(({ role, step }) => `${role} ${step.id}`);

  it('shows the experiment that refutes the answer before it asks again', () => {
    expect(cardsAfter(...run('r', 0, wrong, right))).toEqual(['experiment app-gone', 'question runs-code']);
    expect(cardsAfter(...run('r', 0, choice('db', false), right))).toEqual(['question runs-code']);
  });

  it('asks a prediction once, also where it is an experiment for another question', () => {
    expect(cardsAfter(predicted(0, 'nginx-runs-it'))).toEqual(['question app-gone']);
    expect(cardsAfter(...run('r', 0, wrong, right), predicted(0, 'nginx-runs-it'))).toEqual([
      'experiment app-gone',
      'question runs-code',
    ]);
  });

  it('says what the answer stands for', () => {
    const [card] = reviewCards(course, itemsAfter(...run('r', 0, wrong, right)));
    expect(card && refuted(course, card)).toBe('Nginx runs the code of the website');
  });

  it('keeps what was answered, once and only when the question is finished', () => {
    const [, card] = reviewCards(course, itemsAfter(...run('r', 0, wrong, right)));
    const start = card && cardQuestion(card, course, 3);
    if (!card || !start) throw new Error('there is no question');
    const place = { course: course.id, at: 9, sitting: 's' };
    const once = questionReducer(start, { type: 'answer', answer: wrong.answer });
    expect(reviewedEvents(card, start, once, place)).toEqual([]);
    const twice = questionReducer(once, { type: 'answer', answer: right.answer });
    expect(reviewedEvents(card, once, twice, place)).toEqual([
      {
        type: 'reviewed',
        of: 'quiz',
        course: course.id,
        file: quiz,
        question: 'runs-code',
        at: 9,
        sitting: 's',
        attempts: [wrong, right],
      },
    ]);
    expect(reviewedEvents(card, twice, twice, place)).toEqual([]);
  });
});
