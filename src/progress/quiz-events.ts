import { type QuizState, quizResult } from '../quiz/quiz-state.ts';
import type { ProgressEvent } from './events.ts';

/** What a step of the quiz reducer added that is worth keeping. `run` is the id that the run was started with. */
export function quizEvents(
  before: QuizState,
  after: QuizState,
  { course, run, at }: { course: string; run: string; at: number },
): ProgressEvent[] {
  const place = { course, at, file: after.file, run };
  const answered = after.questions.flatMap((question, index): ProgressEvent[] =>
    question.attempts
      .slice(before.questions[index]?.attempts.length ?? 0)
      .map(attempt => ({ ...place, type: 'answered', question: question.id, attempt })),
  );
  if (!after.finished || before.finished) return answered;
  const { points, outOf, share, passed } = quizResult(after);
  return [...answered, { ...place, type: 'run-finished', score: { points, outOf, share, passed } }];
}
