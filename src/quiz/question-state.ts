import type { Question, Step } from '../course/model.ts';
import { type Answer, grade, sameAnswer } from './answer.ts';
import { withValues } from './given.ts';
import { type Draw, drawKey } from './random.ts';
import { creditFor, triesOf } from './score.ts';
import { shuffled } from './shuffle.ts';

/** One try, locked. */
export interface Attempt {
  answer: Answer;
  right: boolean;
}

export interface QuestionState {
  id: string;
  title: string;
  question: Question;
  /** Markdown, in the order in which they are shown. */
  hints: string[];
  key: string;
  attempts: Attempt[];
  hintsShown: number;
  /** Why the last answer did not count; a sentence. */
  message?: string;
}

export type QuestionAction = { type: 'answer'; answer: Answer } | { type: 'hint' };

export interface Explanation {
  /** Of which option; an order, match, numeric or text question is explained as a whole. */
  option?: string;
  correct: boolean;
  markdown: string;
}

/** `undefined` when the section asks nothing. `attempts` are those of a run that is resumed. */
export function startQuestion(step: Step, draw: Draw, attempts: Attempt[] = []): QuestionState | undefined {
  const question = asked(step);
  if (!question) return undefined;
  return {
    id: step.id,
    title: step.title,
    question,
    hints: step.items.flatMap(item => (item.kind === 'hint' ? [item.markdown] : [])),
    key: drawKey(draw, step.id),
    attempts: countedAttempts(question, attempts),
    hintsShown: 0,
  };
}

function asked({ items }: Step): Question | undefined {
  for (const item of items) {
    if (item.kind === 'question') return item.question;
    if (item.kind === 'challenge')
      return { kind: 'challenge', line: item.challenge.line, prompt: '', challenge: item.challenge };
  }
  return undefined;
}

/** An edited course may ask something else under an old id, and two tutors may have answered at once. */
export function countedAttempts<T extends Attempt>(question: Question, attempts: readonly T[]): T[] {
  const valid = attempts.filter(attempt => attempt.answer.kind === question.kind);
  const solvedAt = valid.findIndex(attempt => attempt.right);
  const used = solvedAt < 0 ? triesOf(question) : Math.min(solvedAt + 1, triesOf(question));
  return valid.slice(0, used);
}

export function questionReducer(state: QuestionState, action: QuestionAction): QuestionState {
  switch (action.type) {
    case 'hint':
      return { ...state, hintsShown: Math.min(state.hintsShown + 1, state.hints.length) };
    case 'answer':
      return isFinished(state) ? state : answered(state, action.answer);
  }
}

function answered({ message: _, ...state }: QuestionState, answer: Answer): QuestionState {
  if (state.attempts.some(attempt => sameAnswer(attempt.answer, answer))) {
    return { ...state, message: 'You have tried this one already.' };
  }
  const verdict = grade(state.question, answer, state.key);
  if (verdict.kind === 'unclear') return { ...state, message: verdict.message };
  return { ...state, attempts: [...state.attempts, { answer, right: verdict.kind === 'right' }] };
}

export function isSolved(state: QuestionState): boolean {
  return state.attempts.some(attempt => attempt.right);
}

/** Found, or no try left: nothing more can be answered. */
export function isFinished(state: QuestionState): boolean {
  return isSolved(state) || triesLeft(state) === 0;
}

export function triesLeft(state: QuestionState): number {
  return triesOf(state.question) - state.attempts.length;
}

/** 0 to 1. */
export function creditOf(state: QuestionState): number {
  return creditFor(state.attempts.map(attempt => attempt.right));
}

export function shownHints(state: QuestionState): string[] {
  return state.hints.slice(0, state.hintsShown).map(hint => withValues(hint, state.question, state.key));
}

/** Options that were tried and are wrong by themselves. */
export function struckOptions(state: QuestionState): string[] {
  return state.attempts.flatMap(({ answer, right }) =>
    !right && (answer.kind === 'choice' || answer.kind === 'prediction') ? [answer.option] : [],
  );
}

/** What may be explained now, in the order in which the options are shown. */
export function explanations(state: QuestionState): Explanation[] {
  const { question } = state;
  switch (question.kind) {
    case 'choice':
    case 'multiple':
    case 'prediction': {
      const tried = chosen(state);
      return shuffled(question.options, state.key)
        .filter(({ id }) => isFinished(state) || tried.has(id))
        .flatMap(({ id, correct, explanation }) =>
          explanation === undefined ? [] : [{ option: id, correct, markdown: explanation }],
        );
    }
    case 'order':
    case 'match':
    case 'numeric':
    case 'text':
      return isFinished(state) && question.explanation !== undefined
        ? [{ correct: true, markdown: withValues(question.explanation, question, state.key) }]
        : [];
    case 'challenge':
      return [];
  }
}

/** Every option tried so far. */
function chosen(state: QuestionState): Set<string> {
  return new Set(
    state.attempts.flatMap(({ answer }) =>
      answer.kind === 'multiple'
        ? answer.options
        : answer.kind === 'choice' || answer.kind === 'prediction'
          ? [answer.option]
          : [],
    ),
  );
}
