import { describe, expect, it } from 'vitest';
import { choicesIn, guess, guessers } from '../../../src/course/check/guess.ts';
import { parseQuiz } from '../../../src/course/parse-file.ts';
import { choice, problemsOf, quizFront } from './course.ts';

const wrong = ['aaaa bb cc', 'bbbb cc dd', 'cccc dd ee'];
const guesser = (name: string) => {
  const found = guessers.find(candidate => candidate.name.includes(name));
  if (!found) throw new Error(name);
  return found;
};

const questionsOf = (...sections: string[]) =>
  choicesIn([parseQuiz('quizzes/q.md', quizFront + sections.join('')).quiz]);

describe('a guesser', () => {
  it('is right where the rule is, and by lot among equals', () => {
    const longest = choice({ id: 'a', right: 'dddd ee ff gg', wrong });
    const even = choice({ id: 'b', right: 'dddd ee ff', wrong });
    const shortest = choice({ id: 'c', right: 'dddd ee', wrong });
    expect(guess(questionsOf(longest), guesser('longest'))).toMatchObject({ hits: 1, chance: 0.25 });
    expect(guess(questionsOf(even), guesser('longest')).hits).toBe(0.25);
    expect(guess(questionsOf(shortest), guesser('longest')).hits).toBe(0);
    expect(guess(questionsOf(longest, even, shortest), guesser('shortest')).hits).toBe(1.25);
  });

  it('knows places, words of the question, careful and absolute words', () => {
    const at = (place: number) => questionsOf(choice({ id: 'a', right: 'dddd ee ff', wrong, at: place }));
    expect(guess(at(0), guesser('first')).hits).toBe(1);
    expect(guess(at(3), guesser('last')).hits).toBe(1);
    expect(guess(at(1), guesser('second')).hits).toBe(1);
    expect(guess(at(2), guesser('third')).hits).toBe(1);
    expect(guess(at(2), guesser('first')).hits).toBe(0);
    const words = (right: string) =>
      questionsOf(choice({ id: 'a', right, wrong: ['is always so', 'is never so'] }));
    expect(guess(words('may be so'), guesser('careful')).hits).toBe(1);
    expect(guess(words('is so'), guesser('absolute')).hits).toBe(1);
    expect(guess(words('which is so'), guesser('repeats')).hits).toBe(1);
  });

  it('leaves out questions with several right options', () => {
    const several = choice({ id: 'a', right: 'dddd', wrong }).replace('- [ ]', '- [x]');
    expect(questionsOf(several)).toEqual([]);
  });

  it('has the chance and deviation of a lot', () => {
    const sections = [1, 2, 3].map(n => choice({ id: `q${n}`, right: 'dddd ee ff', wrong }));
    const { chance, deviation } = guess(questionsOf(...sections), guesser('longest'));
    expect(chance).toBeCloseTo(0.75);
    expect(deviation).toBeCloseTo(Math.sqrt(3 * 0.25 * 0.75));
  });
});

describe('check', () => {
  const quiz = (count: number, at: (index: number) => number): string =>
    quizFront.replace('minutes: 1', `minutes: ${Math.ceil(count / 2)}`) +
    Array.from({ length: count }, (_, index) =>
      choice({ id: `q${index}`, right: 'dddd ee ff', wrong, at: at(index) }),
    ).join('');

  it('finds a quiz whose right options stand in one place', async () => {
    expect(await problemsOf({ quiz: quiz(8, () => 2) })).toEqual([
      'quizzes/q.md:1: who always picks the third option of the file is right in 8 of 8 questions, by lot it would be 2: expected options that do not give themselves away',
    ]);
    expect(await problemsOf({ quiz: quiz(8, index => index % 4) })).toEqual([]);
  });

  it('finds nothing in a quiz that is too small to tell', async () => {
    expect(await problemsOf({ quiz: quiz(1, () => 2) })).toEqual([]);
  });
});
