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
  /** What has been done of the lesson before is known; until then no question is asked. */
  known: boolean;
  /** The learner has gone somewhere or run something: they are not led elsewhere any more. */
  begun: boolean;
  /** Index of the step that the learner was led to. */
  resumed?: number;
}

/** What was done before. */
export interface Known {
  draw: Draw;
  progress: LessonProgress;
  /** Index of the step with which it goes on. */
  resume: number;
}

export type LessonAction =
  | { type: 'known'; known: Known }
  | { type: 'go'; to: number }
  | { type: 'answer'; answer: Answer }
  | { type: 'hint' }
  /** Of the run of a lab block of the given step; a run goes on when the learner looks at another step. */
  | { type: 'run'; step: number; item: number; event: RunEvent };

const question = (step: Step, { draw, progress }: Pick<Known, 'draw' | 'progress'>) => {
  const known = entry(progress.steps, step.id)?.prediction;
  const attempts: Attempt[] = known
    ? [{ answer: { kind: 'prediction', option: known.option }, right: known.right }]
    : [];
  return startQuestion(step, draw, attempts);
};

const withQuestion = (state: StepState, known: Known): StepState => {
  const { pending: _, ...rest } = state;
  const asked = question(state.step, known);
  return { ...rest, ...(asked ? { question: asked } : {}) };
};

const pendingStep = (step: Step): StepState => ({
  step,
  hints: 0,
  runs: {},
  ...(step.items.some(({ kind }) => kind === 'question') ? { pending: true } : {}),
});

/** At the step asked for, else at the one with which it goes on, as soon as that is known. */
export const startLesson = (lesson: Lesson, at: string | undefined, known?: Known): LessonState => {
  const asked = lesson.steps.findIndex(({ id }) => id === at);
  const state = {
    steps: lesson.steps.map(pendingStep),
    current: Math.max(0, asked),
    known: false,
    begun: asked >= 0,
  };
  return known ? lessonReducer(state, { type: 'known', known }) : state;
};

const onCurrent = (state: LessonState, change: (step: StepState) => StepState): LessonState => ({
  ...state,
  steps: state.steps.map((step, index) => (index === state.current ? change(step) : step)),
});

export const lessonReducer = (state: LessonState, action: LessonAction): LessonState => {
  switch (action.type) {
    case 'known': {
      const { resume } = action.known;
      const steps = state.steps.map(step => withQuestion(step, action.known));
      const led = !state.begun && resume > 0 ? { current: resume, resumed: resume } : {};
      return { ...state, steps, known: true, ...led };
    }
    case 'go': {
      const { resumed: _, ...rest } = state;
      return {
        ...rest,
        current: Math.max(0, Math.min(action.to, state.steps.length - 1)),
        begun: true,
      };
    }
    case 'answer':
      return onCurrent(state, step =>
        step.question ? { ...step, question: questionReducer(step.question, action) } : step,
      );
    case 'hint':
      return onCurrent(state, step => ({ ...step, hints: Math.min(step.hints + 1, offeredHints(step)) }));
    case 'run':
      return {
        ...state,
        begun: true,
        steps: state.steps.map((step, index) =>
          index === action.step ? { ...step, runs: followRuns(step.runs, action.item, action.event) } : step,
        ),
      };
  }
};
