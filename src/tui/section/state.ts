import type { Step, StepItem } from '../../course/model.ts';
import { isFinished, type QuestionState } from '../../quiz/question-state.ts';
import type { Trace } from '../../stack/browser/trace.ts';
import { type Run, type Runs, requestOf } from './run.ts';

/** One section of a lesson or quiz: what was answered, asked for and run. */
export interface StepState {
  step: Step;
  question?: QuestionState;
  /** It is not known yet whether its question was answered before: nothing is shown from there on. */
  pending?: true;
  /** Hints shown so far. */
  hints: number;
  runs: Runs;
  /** Where the answer is taught, for whom was wrong: lesson and step. */
  taught?: readonly string[];
}

const passed = ({ question, pending, runs }: StepState, item: StepItem, index: number): boolean => {
  switch (item.kind) {
    case 'question':
      return question ? isFinished(question) : !pending;
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

/** The request that the last block with one is about. */
export const shownRequest = ({ runs }: StepState): Trace | undefined =>
  Object.entries(runs)
    .toSorted(([one], [other]) => Number(one) - Number(other))
    .map(([, run]) => requestOf(run))
    .findLast(request => request !== undefined);
