import type { Course, Step } from '../course/model.ts';
import { type Experiment, experimentAgainst, questionOf } from '../course/sections.ts';
import { isFinished, type QuestionState, startQuestion } from '../quiz/question-state.ts';
import type { ReviewItem } from './due.ts';
import type { ProgressEvent } from './events.ts';

/** One section on screen: a question that is due, or before it the experiment that refutes what was answered. */
export interface ReviewCard {
  role: 'question' | 'experiment';
  of: 'lesson' | 'quiz';
  file: string;
  /** Of the lesson or quiz. */
  title: string;
  step: Step;
  /** What the experiment refutes. */
  misconception?: string;
}

/** Everything that is due, in its order; no experiment twice. */
export const reviewCards = (course: Course, due: readonly ReviewItem[]): ReviewCard[] => {
  const shown = new Set<Step>();
  const cards: ReviewCard[] = [];
  for (const { of, file, title, step, misconceptions } of due) {
    // A prediction is its own experiment.
    const predicted = questionOf(step)?.kind === 'prediction';
    const experiment = predicted ? undefined : experimentAgainst(course, misconceptions, step);
    if (experiment && !shown.has(experiment.step)) {
      shown.add(experiment.step);
      cards.push(experimentCard(experiment));
    }
    cards.push({ role: 'question', of, file, title, step });
  }
  // What was asked as an experiment is not asked once more because it is due itself.
  return cards.filter(({ role, step }) => role === 'experiment' || !shown.has(step));
};

const experimentCard = ({ lesson, step, misconception }: Experiment): ReviewCard => ({
  role: 'experiment',
  of: 'lesson',
  file: lesson.file,
  title: lesson.title,
  step,
  misconception,
});

/** With another seed than the first time, so that no place of an option is remembered. */
export const cardQuestion = (
  { file, step }: ReviewCard,
  { id }: Course,
  seed: number,
): QuestionState | undefined => startQuestion(step, { seed, course: id, file });

/** What is kept once the question of a card is finished. */
export const reviewedEvents = (
  { of, file }: ReviewCard,
  before: QuestionState,
  after: QuestionState,
  { course, at, sitting }: { course: string; at: number; sitting: string },
): ProgressEvent[] =>
  isFinished(after) && !isFinished(before)
    ? [{ type: 'reviewed', course, at, of, file, question: after.id, sitting, attempts: after.attempts }]
    : [];

/** What the learner is told before the experiment: the belief, where the course has a bank. */
export const refuted = ({ misconceptions = [] }: Course, { misconception }: ReviewCard): string | undefined =>
  misconceptions.find(({ id }) => id === misconception)?.belief;
