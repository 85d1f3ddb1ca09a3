/** Whoever has not read the lessons must not pass by the looks of the options. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { choicesIn, type Guesser, guess, guessers } from '../../src/course/check/guess.ts';
import { loadCourse } from '../../src/course/load.ts';
import { presented } from '../../src/quiz/presented.ts';
import { drawKey } from '../../src/quiz/random.ts';

const { course } = await loadCourse(fileURLToPath(new URL('../..', import.meta.url)), { builtIn: true });

/**
 * Two standard deviations of blind luck: somebody who draws lots is above it once in forty times. A rule of thumb that
 * works is far above it (with 60 questions of 4 options: 15 by lot, 22 is the bound), and a stricter bound would be
 * broken by one of nine guessers in every third course without a fault.
 */
const deviations = 2;

const bound = (files: Parameters<typeof choicesIn>[0], guesser: Guesser) => {
  const { hits, chance, deviation } = guess(choicesIn(files), guesser);
  return { hits, most: chance + deviations * deviation };
};

describe.each([
  ['quizzes', course.quizzes],
  ['lessons', course.lessons],
] as const)('over all %s', (_, files) => {
  it('there is enough to guess at', () => {
    expect(choicesIn(files).length).toBeGreaterThan(15);
  });

  it.each(guessers.map(guesser => [guesser.name, guesser] as const))(
    'picking %s is as good as a lot',
    (__, guesser) => {
      const { hits, most } = bound(files, guesser);
      expect(hits).toBeLessThanOrEqual(most);
    },
  );
});

describe('on screen', () => {
  it('the right option stands in each place equally often', () => {
    const seeds = 200;
    const four = choicesIn([...course.quizzes, ...course.lessons]).filter(
      ({ options }) => options.length === 4,
    );
    const places = [0, 0, 0, 0];
    for (let seed = 1; seed <= seeds; seed++)
      for (const [index, question] of four.entries()) {
        const key = drawKey({ seed, course: course.id, file: 'quizzes/x.md' }, `question-${index}`);
        const shown = presented(question, key);
        if (!('options' in shown)) throw new Error(shown.kind);
        const right = question.options.find(({ correct }) => correct)?.id;
        const place = shown.options.findIndex(({ id }) => id === right);
        places[place] = (places[place] ?? 0) + 1;
      }
    const expected = (seeds * four.length) / 4;
    const squares = places.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // Chi-squared with three degrees of freedom: a fair shuffle is above it once in a thousand, and seeds are fixed.
    expect(squares).toBeLessThan(16.3);
  });
});
