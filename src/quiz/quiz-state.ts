import type { Question, Quiz } from '../course/model.ts';
import {
  type Attempt,
  creditOf,
  isFinished,
  isSolved,
  type QuestionAction,
  type QuestionState,
  questionReducer,
  startQuestion,
} from './question-state.ts';
import { type Score, score } from './score.ts';

/** One run through a quiz. */
export interface QuizState {
  file: string;
  title: string;
  /** Share of the points that passes. */
  pass: number;
  /** Practice of the wrong ones does not raise the score. */
  practice: boolean;
  questions: QuestionState[];
  /** Index of the question on screen. */
  current: number;
  /** The result is on screen. */
  finished: boolean;
}

/** `next` leads from a finished question to the next one, and from the last to the result. */
export type QuizAction = QuestionAction | { type: 'next' };

export interface QuizResult extends Score {
  practice: boolean;
  questions: {
    id: string;
    title: string;
    kind: Question['kind'];
    credit: number;
    solved: boolean;
    attempts: number;
  }[];
}

export interface QuizStart {
  quiz: Quiz;
  /** `Course.id`. */
  course: string;
  seed: number;
  /** Practice: only these questions. */
  only?: string[];
  /** Resuming: what was answered so far, by question. */
  answers?: Record<string, Attempt[]>;
}

/** A new run, or one that goes on at its first open question. */
export function startQuiz({ quiz, course, seed, only, answers = {} }: QuizStart): QuizState {
  const asked = quiz.questions.filter(step => only === undefined || only.includes(step.id));
  const questions = asked.flatMap(step => {
    const attempts = Object.hasOwn(answers, step.id) ? answers[step.id] : undefined;
    return startQuestion(step, { seed, course, file: quiz.file }, attempts) ?? [];
  });
  const open = questions.findIndex(question => !isFinished(question));
  return {
    file: quiz.file,
    title: quiz.title,
    pass: quiz.pass,
    practice: only !== undefined,
    questions,
    // With every answer given only the result is missing, and `next` leads there.
    current: open < 0 ? Math.max(0, questions.length - 1) : open,
    finished: questions.length === 0,
  };
}

export function quizReducer(state: QuizState, action: QuizAction): QuizState {
  if (state.finished) return state;
  switch (action.type) {
    case 'answer':
    case 'hint': {
      const questions = state.questions.map((question, index) =>
        index === state.current ? questionReducer(question, action) : question,
      );
      return { ...state, questions };
    }
    case 'next': {
      const question = currentQuestion(state);
      if (question && !isFinished(question)) return state;
      const open = state.questions.findIndex((other, index) => index > state.current && !isFinished(other));
      return open < 0 ? { ...state, finished: true } : { ...state, current: open };
    }
  }
}

export function currentQuestion(state: QuizState): QuestionState | undefined {
  return state.questions[state.current];
}

/** The score so far; it counts once every question is finished. */
export function quizResult(state: QuizState): QuizResult {
  return {
    ...score(state.questions.map(creditOf), state.pass),
    practice: state.practice,
    questions: state.questions.map(question => ({
      id: question.id,
      title: question.title,
      kind: question.question.kind,
      credit: creditOf(question),
      solved: isSolved(question),
      attempts: question.attempts.length,
    })),
  };
}

/** Every try so far, by question. */
export function answersOf(state: QuizState): Record<string, Attempt[]> {
  return Object.fromEntries(state.questions.map(({ id, attempts }) => [id, attempts]));
}

/** What is worth practising: every question that was not right at once. */
export function wrongOnes(result: QuizResult): string[] {
  return result.questions.filter(question => question.credit < 1).map(question => question.id);
}
