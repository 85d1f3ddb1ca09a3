import { describe, expect, it } from 'vitest';
import { applyEvents, type ProgressEvent } from '../../src/progress/events.ts';
import { emptyProgress, openRun, quizProgress } from '../../src/progress/progress.ts';
import { quizEvents } from '../../src/progress/quiz-events.ts';
import type { Answer } from '../../src/quiz/answer.ts';
import { type QuizAction, type QuizState, quizReducer, startQuiz } from '../../src/quiz/quiz-state.ts';
import { quizOf, samples } from '../quiz/questions.ts';

const course = 'built-in';
const quiz = quizOf({ one: samples.choice, two: samples.text });
const give = (answer: Answer): QuizAction => ({ type: 'answer', answer });

const play: QuizAction[] = [
  give({ kind: 'choice', option: 'dns' }),
  { type: 'hint' },
  give({ kind: 'choice', option: 'web' }),
  { type: 'next' },
  give({ kind: 'text', text: 'nginx' }),
  { type: 'next' },
];

/** Plays and keeps, as a screen does. */
function keep(actions: QuizAction[]): ProgressEvent[] {
  const events: ProgressEvent[] = [
    { type: 'run-started', course, file: quiz.file, run: 'r', seed: 3, practice: false, at: 0 },
  ];
  let state: QuizState = startQuiz({ quiz, course, seed: 3 });
  for (const [index, action] of actions.entries()) {
    const after = quizReducer(state, action);
    events.push(...quizEvents(state, after, { course, run: 'r', at: index + 1 }));
    state = after;
  }
  return events;
}

describe('quizEvents', () => {
  it('keeps every try and the score of a complete run', () => {
    expect(keep(play).map(event => [event.type, event.at])).toEqual([
      ['run-started', 0],
      ['answered', 1],
      ['answered', 3],
      ['answered', 5],
      ['run-finished', 6],
    ]);
    const { runs } = quizProgress(applyEvents(emptyProgress(3), keep(play)), course, quiz.file);
    expect(runs.r?.finished).toEqual({ at: 6, points: 1.5, outOf: 2, share: 0.75, passed: false });
  });

  it('is enough to go on with a run that was left half-way', () => {
    const left = quizProgress(applyEvents(emptyProgress(3), keep(play.slice(0, 3))), course, quiz.file);
    const open = openRun(left);
    const resumed = startQuiz({ quiz, course, seed: open?.run.seed ?? 0, answers: open?.run.answers ?? {} });
    expect(resumed.questions[resumed.current]?.id).toBe('two');
    expect(resumed.questions[0]?.attempts.map(attempt => attempt.right)).toEqual([false, true]);
  });
});
