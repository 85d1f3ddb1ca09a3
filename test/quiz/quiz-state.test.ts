import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Challenge, Step } from '../../src/course/model.ts';
import { type Answer, solution } from '../../src/quiz/answer.ts';
import { isFinished, shownHints } from '../../src/quiz/question-state.ts';
import {
  currentQuestion,
  type QuizAction,
  type QuizState,
  quizReducer,
  quizResult,
  startQuiz,
  wrongOnes,
} from '../../src/quiz/quiz-state.ts';
import { bestRun, mastered, score } from '../../src/quiz/score.ts';
import { quizOf, samples } from './questions.ts';

const quiz = quizOf({ one: samples.choice, two: samples.prediction, three: samples.text });
const start = { quiz, course: 'built-in', seed: 3 };

function play(state: QuizState, ...actions: QuizAction[]): QuizState {
  return actions.reduce(quizReducer, state);
}

const next: QuizAction = { type: 'next' };
const give = (answer: Answer): QuizAction => ({ type: 'answer', answer });
const one = give({ kind: 'choice', option: 'web' });
const two = give({ kind: 'prediction', option: 'web' });
const three = give({ kind: 'text', text: 'nginx' });

/** Right or wrong answers, in any order, to whatever is asked. */
const anyActions = fc.array(
  fc.oneof(
    fc.constantFrom<QuizAction>(next, { type: 'hint' }, one, two, three),
    fc.constantFrom('dns', 'app', 'db').map(option => give({ kind: 'choice', option })),
    fc.constantFrom('dns', 'app').map(option => give({ kind: 'prediction', option })),
    fc.string().map(text => give({ kind: 'text', text })),
  ),
  { maxLength: 40 },
);

describe('a quiz', () => {
  it('asks in order and waits for each answer', () => {
    const state = startQuiz(start);
    expect(play(state, next)).toBe(state);
    expect(currentQuestion(play(state, one))?.id).toBe('one');
    expect(currentQuestion(play(state, one, next))?.id).toBe('two');
    expect(play(state, one, next, two, next, three).finished).toBe(false);
    expect(play(state, one, next, two, next, three, next).finished).toBe(true);
  });

  it('gives answers and hints to the question on screen only', () => {
    const state = play(startQuiz(start), one, next, { type: 'hint' });
    expect(state.questions.map(question => shownHints(question).length)).toEqual([0, 1, 0]);
    expect(play(state, three).questions.map(question => question.attempts.length)).toEqual([1, 0, 0]);
  });

  it('has a result: points, share, what each was worth', () => {
    const wrong = give({ kind: 'choice', option: 'dns' });
    const state = play(startQuiz(start), wrong, one, next, two, next, three, next);
    expect(quizResult(state)).toEqual({
      points: 2.5,
      outOf: 3,
      share: 2.5 / 3,
      passed: true,
      practice: false,
      questions: [
        { id: 'one', title: 'About one', kind: 'choice', credit: 0.5, solved: true, attempts: 2 },
        { id: 'two', title: 'About two', kind: 'prediction', credit: 1, solved: true, attempts: 1 },
        { id: 'three', title: 'About three', kind: 'text', credit: 1, solved: true, attempts: 1 },
      ],
    });
    expect(wrongOnes(quizResult(state))).toEqual(['one']);
    expect(play(state, next, one)).toBe(state);
  });

  it('asks a challenge as a question that is answered once, whatever it took', () => {
    const challenge: Challenge = {
      line: 9,
      stack: 'one-server',
      goals: [],
      hints: [],
      setup: [],
      solution: [],
      nearMisses: [],
    };
    const mend: Step = { id: 'mend', title: 'Mend it', line: 9, items: [{ kind: 'challenge', challenge }] };
    const withTask = { ...start, quiz: { ...start.quiz, questions: [mend] } };
    const passed = give({ kind: 'challenge', passed: true });
    const givenUp = give({ kind: 'challenge', passed: false });
    expect(quizResult(play(startQuiz(withTask), passed, next))).toMatchObject({
      points: 1,
      outOf: 1,
      passed: true,
    });
    const state = play(startQuiz(withTask), givenUp, passed, next);
    expect(quizResult(state)).toMatchObject({ points: 0, questions: [{ kind: 'challenge', attempts: 1 }] });
    expect(wrongOnes(quizResult(state))).toEqual(['mend']);
    const { attempts } = play(startQuiz(withTask), givenUp).questions[0] ?? { attempts: [] };
    expect(startQuiz({ ...withTask, answers: { mend: attempts } }).questions[0]?.attempts).toEqual(attempts);
  });

  it('asks only the wrong ones in practice, in the order of the quiz', () => {
    const practice = startQuiz({ ...start, only: ['three', 'one'] });
    expect(practice.practice).toBe(true);
    expect(practice.questions.map(question => question.id)).toEqual(['one', 'three']);
    expect(quizResult(play(practice, one, next, three, next)).practice).toBe(true);
  });

  it('goes on where it was left, whatever was done', () => {
    fc.assert(
      fc.property(anyActions, anyActions, (before, after) => {
        const left = play(startQuiz(start), ...before);
        const answers = Object.fromEntries(left.questions.map(({ id, attempts }) => [id, attempts]));
        const resumed = startQuiz({ ...start, answers });
        expect(resumed.questions.map(question => question.attempts)).toEqual(
          left.questions.map(question => question.attempts),
        );
        const current = currentQuestion(resumed);
        expect(current && isFinished(current)).toBe(resumed.questions.every(isFinished));
        // Leaving and coming back neither costs nor gives anything.
        const goOn = (state: QuizState) =>
          quizResult(play(state, ...after, ...toTheEnd(play(state, ...after))));
        if (left.questions.findIndex(question => !isFinished(question)) === left.current) {
          expect(goOn(resumed)).toEqual(goOn(left));
        }
      }),
    );
  });

  it('still ends, and so is counted, when it was left before its result', () => {
    const left = play(startQuiz(start), one, next, two, next, three);
    const answers = Object.fromEntries(left.questions.map(({ id, attempts }) => [id, attempts]));
    const resumed = startQuiz({ ...start, answers });
    expect(resumed).toEqual(left);
    expect(play(resumed, next).finished).toBe(true);
  });

  it('is over at once when it asks nothing', () => {
    expect(startQuiz({ ...start, only: ['gone'] }).finished).toBe(true);
  });

  it('never gives more for more attempts, and never less than nothing', () => {
    fc.assert(
      fc.property(anyActions, actions => {
        for (const { credit, attempts, solved } of quizResult(play(startQuiz(start), ...actions)).questions) {
          expect(credit).toBe(solved ? [1, 0.5, 0.25][attempts - 1] : 0);
        }
      }),
    );
  });
});

/** Right answers to all that is still open. */
function toTheEnd(state: QuizState): QuizAction[] {
  const actions: QuizAction[] = [];
  for (let now = state; !now.finished; ) {
    const question = currentQuestion(now);
    const step = question && !isFinished(question) ? give(solution(question.question, question.key)) : next;
    actions.push(step);
    now = quizReducer(now, step);
  }
  return actions;
}

describe('scores', () => {
  it('passes at the mark, not below it', () => {
    expect(score([1, 1, 1, 1, 0], 0.8)).toEqual({ points: 4, outOf: 5, share: 0.8, passed: true });
    expect(score([1, 1, 1, 0.5, 0], 0.8).passed).toBe(false);
    expect(score([], 0.8)).toEqual({ points: 0, outOf: 0, share: 0, passed: false });
  });

  it('passes at every mark in whole percent', () => {
    for (let percent = 1; percent <= 100; percent++) {
      const credits = Array.from({ length: 100 }, (_, index) => (index < percent ? 1 : 0));
      expect(score(credits, Number(`${percent / 100}`)).passed).toBe(true);
      expect(score([...credits.slice(1), 0.75], percent / 100).passed).toBe(false);
    }
  });

  it('counts the best complete run, the first of equals', () => {
    const runs = [
      { share: 0.5, n: 1 },
      { share: 0.9, n: 2 },
      { share: 0.9, n: 3 },
      { share: 0.1, n: 4 },
    ];
    expect(bestRun(runs)?.n).toBe(2);
    expect(bestRun([])).toBeUndefined();
  });

  it('keeps a quiz mastered once it was passed', () => {
    expect(mastered([])).toBe(false);
    expect(mastered([{ passed: false }])).toBe(false);
    expect(mastered([{ passed: true }, { passed: false }])).toBe(true);
  });
});
