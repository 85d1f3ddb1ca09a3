import { useEffect, useRef } from 'react';
import type { Course, Quiz } from '../../course/model.ts';
import { openRun, type Progress, quizProgress } from '../../progress/progress.ts';
import { quizEvents } from '../../progress/quiz-events.ts';
import { type QuizState, startQuiz } from '../../quiz/quiz-state.ts';
import { useShell } from '../shell.ts';

export interface QuizRunStart {
  run: string;
  seed: number;
  /** Goes on with a run that was left half-way. */
  resumed: boolean;
  state: QuizState;
}

/** A seed that shuffles the options of a new run in another way. */
const drawSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;

/** The run left half-way, or a new one; practice is always new. */
export const startRun = (
  course: Course,
  quiz: Quiz,
  progress: Progress,
  only: readonly string[] | undefined,
): QuizRunStart => {
  const open = only ? undefined : openRun(quizProgress(progress, course.id, quiz.file));
  const seed = open?.run.seed ?? drawSeed();
  const state = startQuiz({
    quiz,
    course: course.id,
    seed,
    ...(only ? { only: [...only] } : {}),
    ...(open ? { answers: open.run.answers } : {}),
  });
  return { run: open?.id ?? crypto.randomUUID(), seed, resumed: open !== undefined, state };
};

/** Keeps every answer as soon as it is given, so that a run can be taken up again; a run begins with its first answer. */
export const useQuizRecord = (
  course: string,
  { run, seed, resumed, state: first }: QuizRunStart,
  state: QuizState,
): void => {
  const { record } = useShell().progress;
  const kept = useRef({ state: first, begun: resumed });
  useEffect(() => {
    const at = Date.now();
    const events = quizEvents(kept.current.state, state, { course, run, at });
    const { file, practice } = state;
    const begin = { type: 'run-started', course, at, file, run, seed, practice } as const;
    if (events.length > 0) record(...(kept.current.begun ? [] : [begin]), ...events);
    kept.current = { state, begun: kept.current.begun || events.length > 0 };
  }, [record, course, run, seed, state]);
};
