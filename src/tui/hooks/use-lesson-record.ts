import { useEffect } from 'react';
import { entry, lessonProgress } from '../../progress/progress.ts';
import { gateOf, type StepState } from '../section/state.ts';
import { useShell } from '../shell.ts';

const isGate = (kind: string): boolean => kind === 'question' || kind === 'lab';

/** Keeps that a step was seen, what was predicted, and that everything it asks for is done. */
export const useLessonRecord = (course: string, file: string, state: StepState): { done(): void } => {
  const { record, progress } = useShell().progress;
  const step = state.step.id;
  const place = { course, file, step };
  const known = progress && entry(lessonProgress(progress, course, file).steps, step);
  const { question } = state;
  const prediction = question?.attempts[0];
  const complete = gateOf(state) === undefined && state.step.items.some(({ kind }) => isGate(kind));
  const done = () => {
    if (!known?.doneAt) record({ type: 'step-done', at: Date.now(), ...place });
  };

  useEffect(
    () => record({ type: 'step-seen', at: Date.now(), course, file, step }),
    [record, course, file, step],
  );
  useEffect(() => {
    if (prediction?.answer.kind !== 'prediction' || known?.prediction) return;
    const { option } = prediction.answer;
    record({ type: 'predicted', at: Date.now(), course, file, step, option, right: prediction.right });
  }, [record, course, file, step, prediction, known?.prediction]);
  useEffect(() => {
    if (complete && !known?.doneAt) record({ type: 'step-done', at: Date.now(), course, file, step });
  }, [record, course, file, step, complete, known?.doneAt]);
  return { done };
};
