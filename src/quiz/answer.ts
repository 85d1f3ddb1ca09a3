import type { Question } from '../course/model.ts';
import { expectedValue } from './given.ts';
import { readNumber } from './numeric.ts';

/** Options by id, never by position. */
export type Answer =
  | { kind: 'choice'; option: string }
  | { kind: 'multiple'; options: string[] }
  | { kind: 'prediction'; option: string }
  /** All options, in the learner's order. */
  | { kind: 'order'; options: string[] }
  /** The id of each left side to the id of the right side put to it. */
  | { kind: 'match'; pairs: Record<string, string> }
  | { kind: 'numeric'; text: string }
  | { kind: 'text'; text: string }
  /** What came of it on the stack; not passed is given up. */
  | { kind: 'challenge'; passed: boolean };

/** An unclear answer is no try: the message says what to write instead. */
export type Verdict = { kind: 'right' } | { kind: 'wrong' } | { kind: 'unclear'; message: string };

/** `key` is the question's `drawKey`: it decides the numbers of a question that has given ones. */
export function grade(question: Question, answer: Answer, key: string): Verdict {
  switch (question.kind) {
    case 'choice':
    case 'prediction': {
      if (answer.kind !== question.kind) return otherKind;
      const chosen = question.options.find(option => option.id === answer.option);
      return chosen ? verdict(chosen.correct) : unclear('Choose one of the options.');
    }
    case 'multiple': {
      if (answer.kind !== 'multiple') return otherKind;
      const chosen = question.options.filter(option => answer.options.includes(option.id));
      if (chosen.length === 0) return unclear('Choose at least one option.');
      return verdict(question.options.every(option => option.correct === answer.options.includes(option.id)));
    }
    case 'order': {
      if (answer.kind !== 'order') return otherKind;
      const chosen = answer.options.map(id => question.options.find(option => option.id === id)?.markdown);
      const complete =
        new Set(answer.options).size === question.options.length && !chosen.includes(undefined);
      if (!complete || chosen.length !== question.options.length)
        return unclear('Put every line in its place.');
      return verdict(question.options.every((option, place) => option.markdown === chosen[place]));
    }
    case 'match': {
      if (answer.kind !== 'match') return otherKind;
      const right = (id: string) => question.pairs.find(pair => pair.id === id)?.right;
      const chosen = question.pairs.map(pair => {
        const id = Object.hasOwn(answer.pairs, pair.id) ? answer.pairs[pair.id] : undefined;
        return id === undefined ? undefined : right(id);
      });
      if (chosen.includes(undefined)) return unclear('Give every line on the left its match.');
      return verdict(question.pairs.every((pair, place) => pair.right === chosen[place]));
    }
    case 'numeric': {
      if (answer.kind !== 'numeric') return otherKind;
      const read = readNumber(answer.text, question.unit);
      if (typeof read === 'string') return unclear(read);
      return verdict(within(read, expectedValue(question, key), question.tolerance));
    }
    case 'text': {
      if (answer.kind !== 'text') return otherKind;
      const written = plain(answer.text);
      return written === ''
        ? unclear('Type an answer.')
        : verdict(question.accepted.some(accepted => plain(accepted) === written));
    }
    case 'challenge':
      return answer.kind === 'challenge' ? verdict(answer.passed) : otherKind;
  }
}

/** The right answer, in the form a learner would give it. */
export function solution(question: Question, key: string): Answer {
  switch (question.kind) {
    case 'choice':
    case 'prediction':
      return { kind: question.kind, option: question.options.find(option => option.correct)?.id ?? '' };
    case 'multiple': {
      const right = question.options.filter(option => option.correct);
      return { kind: 'multiple', options: right.map(option => option.id) };
    }
    case 'order':
      return { kind: 'order', options: question.options.map(option => option.id) };
    case 'match':
      return { kind: 'match', pairs: Object.fromEntries(question.pairs.map(pair => [pair.id, pair.id])) };
    case 'numeric': {
      const value = Number(expectedValue(question, key).toPrecision(12));
      return { kind: 'numeric', text: `${value} ${question.unit}`.trim() };
    }
    case 'text':
      return { kind: 'text', text: question.accepted[0] ?? '' };
    case 'challenge':
      return { kind: 'challenge', passed: true };
  }
}

/** Whether two answers say the same, so that the second is no new try. */
export function sameAnswer(a: Answer, b: Answer): boolean {
  return canonical(a) === canonical(b);
}

const otherKind: Verdict = { kind: 'unclear', message: 'This answer belongs to another kind of question.' };

function verdict(right: boolean): Verdict {
  return { kind: right ? 'right' : 'wrong' };
}

function unclear(message: string): Verdict {
  return { kind: 'unclear', message };
}

/** Both ends count; the slack is for sums such as 0.1 + 0.2. */
function within(value: number, expected: number, tolerance: number): boolean {
  const slack = 1e-9 * Math.max(Math.abs(expected), tolerance);
  return Math.abs(value - expected) <= tolerance + slack;
}

function plain(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll('`', '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/ ?\.$/, '')
    .toLowerCase();
}

function canonical(answer: Answer): string {
  switch (answer.kind) {
    case 'choice':
    case 'prediction':
      return answer.option;
    case 'multiple':
      return JSON.stringify([...answer.options].sort());
    case 'order':
      return JSON.stringify(answer.options);
    case 'match':
      return JSON.stringify(Object.entries(answer.pairs).sort());
    case 'numeric':
    case 'text':
      return plain(answer.text);
    case 'challenge':
      return String(answer.passed);
  }
}
