import type { Lesson, Step, StepItem } from '../../course/model.ts';
import type { LabLine, Observed } from '../../lab/language.ts';
import type { LineResult } from '../../lab/run.ts';
import type { LessonProgress } from '../../progress/progress.ts';
import { entry } from '../../progress/progress.ts';
import type { Answer } from '../../quiz/answer.ts';
import {
  type Attempt,
  isFinished,
  type QuestionState,
  questionReducer,
  startQuestion,
} from '../../quiz/question-state.ts';
import type { Draw } from '../../quiz/random.ts';

/** What a lab block has done so far. */
export interface Run {
  state: 'running' | 'done' | 'cancelled' | 'failed';
  results: readonly LineResult[];
  current?: LabLine;
  /** What the line observed that the prediction asks about. */
  asked?: Observed;
  error?: string;
}

export interface StepState {
  step: Step;
  question?: QuestionState;
  /** Hints shown so far. */
  hints: number;
  /** By the place of the lab block among the step's items. */
  runs: Readonly<Record<number, Run>>;
}

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

export type RunEvent =
  | { type: 'begin' }
  | { type: 'line'; line: LabLine }
  | { type: 'result'; result: LineResult }
  | { type: 'end'; asked?: Observed }
  | { type: 'cancelled' }
  | { type: 'failed'; error: string };

const emptyRun: Run = { state: 'running', results: [] };

export const followRun = ({ current: _, ...run }: Run, event: RunEvent): Run => {
  switch (event.type) {
    case 'begin':
      return emptyRun;
    case 'line':
      return { ...run, current: event.line };
    case 'result':
      return { ...run, results: [...run.results, event.result] };
    case 'end':
      return { ...run, state: 'done', ...(event.asked ? { asked: event.asked } : {}) };
    case 'cancelled':
      return { ...run, state: 'cancelled' };
    case 'failed':
      return { ...run, state: 'failed', error: event.error };
  }
};

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
        steps: state.steps.map((step, index) => {
          if (index !== action.step) return step;
          const run = followRun(step.runs[action.item] ?? emptyRun, action.event);
          return { ...step, runs: { ...step.runs, [action.item]: run } };
        }),
      };
  }
};

const passed = ({ question, runs }: StepState, item: StepItem, index: number): boolean => {
  switch (item.kind) {
    case 'question':
      return question === undefined || isFinished(question);
    case 'lab':
      return runs[index]?.state === 'done';
    default:
      return true;
  }
};

/** Where the step waits: the first question without an answer, or lab block that has not run to its end. */
export const gateOf = (state: StepState): number | undefined => {
  const at = state.step.items.findIndex((item, index) => !passed(state, item, index));
  return at < 0 ? undefined : at;
};

/** The items on screen, by their place: up to the gate, and the hints that belong to it. */
export const visibleItems = (state: StepState): number[] => {
  const gate = gateOf(state) ?? state.step.items.length;
  let hints = 0;
  const shown: number[] = [];
  for (const [index, item] of state.step.items.entries()) {
    if (item.kind === 'hint') {
      hints++;
      if (hints <= state.hints) shown.push(index);
    } else if (index <= gate) shown.push(index);
    else break;
  }
  return shown;
};

/** Hints that can be asked for at the gate: those before it and right behind it. */
export const offeredHints = (state: StepState): number => {
  const gate = gateOf(state) ?? state.step.items.length;
  const next = state.step.items.findIndex((item, index) => index > gate && item.kind !== 'hint');
  const end = next < 0 ? state.step.items.length : next;
  return state.step.items.slice(0, end).filter(({ kind }) => kind === 'hint').length;
};

/** The run that answers the step's prediction. */
export const answeringRun = ({ runs }: StepState): Run | undefined =>
  Object.values(runs).find(({ asked }) => asked !== undefined);
