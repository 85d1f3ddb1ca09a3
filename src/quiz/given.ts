import { evaluate } from '../course/formula.ts';
import { fillIn, instantiate } from '../course/given.ts';
import type { Question } from '../course/model.ts';

/** The numbers that this learner is given, by name; none where the question has none. */
export function drawnValues(question: Question, key: string): Record<string, number> {
  return question.kind === 'numeric' ? instantiate(question.given, key) : {};
}

/** Prompt, hint or explanation with the learner's numbers in it. */
export function withValues(markdown: string, question: Question, key: string): string {
  return fillIn(markdown, drawnValues(question, key));
}

/** What a numeric question has to come to for this learner. */
export function expectedValue(question: Extract<Question, { kind: 'numeric' }>, key: string): number {
  return evaluate(question.formula, drawnValues(question, key));
}
