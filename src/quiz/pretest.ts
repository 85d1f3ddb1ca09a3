import type { Course, Quiz, Step } from '../course/model.ts';
import { questionOf } from '../course/sections.ts';
import type { Answer } from './answer.ts';
import { type Attempt, type QuestionState, questionReducer, startQuestion } from './question-state.ts';
import { type Draw, drawKey } from './random.ts';
import { shuffled } from './shuffle.ts';

const howMany = 3;

/**
 * The questions that are asked before the lessons of a quiz: single choices where there are enough of them, and never
 * one that the stack answers, because its answer is the lesson. Fewer than three are none.
 */
export const pretestQuestions = (quiz: Quiz, course: Course, seed: number): Step[] => {
  const of = (kinds: readonly string[]) =>
    quiz.questions.filter(step => kinds.includes(questionOf(step)?.kind ?? ''));
  const choices = of(['choice']);
  const candidates =
    choices.length >= howMany ? choices : of(['choice', 'multiple', 'order', 'match', 'numeric', 'text']);
  if (candidates.length < howMany) return [];
  return shuffled(candidates, drawKey({ seed, course: course.id, file: quiz.file }, 'pretest')).slice(
    0,
    howMany,
  );
};

/** One try each, and nothing is said about it. */
export interface PretestState {
  questions: QuestionState[];
  /** Of the question on screen; behind the last one it is over. */
  current: number;
}

export type PretestAction = { type: 'answer'; answer: Answer } | { type: 'unknown' };

export const startPretest = (steps: readonly Step[], draw: Draw): PretestState => ({
  questions: steps.flatMap(step => startQuestion(step, draw) ?? []),
  current: 0,
});

export const pretestReducer = (state: PretestState, action: PretestAction): PretestState => {
  const { questions, current } = state;
  const question = questions[current];
  if (!question) return state;
  if (action.type === 'unknown') return { ...state, current: current + 1 };
  const next = questionReducer(question, action);
  return { questions: questions.with(current, next), current: current + next.attempts.length };
};

export const isPretestOver = ({ questions, current }: PretestState): boolean => current >= questions.length;

/** By question; `null` where the answer was not known. */
export const pretestAnswers = ({ questions }: PretestState): Record<string, Attempt | null> =>
  Object.fromEntries(questions.map(({ id, attempts }) => [id, attempts[0] ?? null]));
