import type { Lesson, Step } from '../../course/model.ts';
import { entry, type LessonProgress } from '../../progress/progress.ts';
import type { Answer } from '../../quiz/answer.ts';
import { type Attempt, questionReducer, startQuestion } from '../../quiz/question-state.ts';
import type { Draw } from '../../quiz/random.ts';
import { followRuns, type RunEvent } from '../section/run.ts';
import { offeredHints, type StepState } from '../section/state.ts';

export interface LessonState {
  steps: readonly StepState[];
  current: number;
}

export type LessonAction =
  | { type: 'go'; to: number }
  | { type: 'answer'; answer: Answer }
  | { type: 'hint' }
  /** Of the run of a lab block of the given step; a run goes on when the learner looks at another step. */
  | { type: 'run'; step: number; item: number; event: RunEvent };

const startStep = (step: Step, draw: Draw, progress: LessonProgress): StepState => {
  const known = entry(progress.steps, step.id)?.prediction;
  const attempts: Attempt[] = known
    ? [{ answer: { kind: 'prediction', option: known.option }, right: known.right }]
    : [];
  const question = startQuestion(step, draw, attempts);
  return { step, ...(question ? { question } : {}), hints: 0, runs: {} };
};

export const startLesson = (
  lesson: Lesson,
  at: string | undefined,
  draw: Draw,
  progress: LessonProgress,
): LessonState => ({
  steps: lesson.steps.map(step => startStep(step, draw, progress)),
  current: Math.max(
    0,
    lesson.steps.findIndex(({ id }) => id === at),
  ),
});

const onCurrent = (state: LessonState, change: (step: StepState) => StepState): LessonState => ({
  ...state,
  steps: state.steps.map((step, index) => (index === state.current ? change(step) : step)),
});

export const lessonReducer = (state: LessonState, action: LessonAction): LessonState => {
  switch (action.type) {
    case 'go':
      return { ...state, current: Math.max(0, Math.min(action.to, state.steps.length - 1)) };
    case 'answer':
      return onCurrent(state, step =>
        step.question ? { ...step, question: questionReducer(step.question, action) } : step,
      );
    case 'hint':
      return onCurrent(state, step => ({ ...step, hints: Math.min(step.hints + 1, offeredHints(step)) }));
    case 'run':
      return {
        ...state,
        steps: state.steps.map((step, index) =>
          index === action.step ? { ...step, runs: followRuns(step.runs, action.item, action.event) } : step,
        ),
      };
  }
};
