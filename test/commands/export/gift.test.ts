import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { type GIFTQuestion, parse } from 'gift-pegjs';
import { describe, expect, it } from 'vitest';
import { giftOf } from '../../../src/commands/export/gift.ts';
import { evaluate } from '../../../src/course/formula.ts';
import { loadCourse } from '../../../src/course/load.ts';
import type { Course, Question, Quiz } from '../../../src/course/model.ts';
import { parseQuiz } from '../../../src/course/parse-file.ts';
import { plainText } from '../../../src/course/plain-text.ts';
import { questionOf } from '../../../src/course/sections.ts';

type Kind<Type extends GIFTQuestion['type']> = Extract<GIFTQuestion, { type: Type }>;

/** Signs that the independent parser leaves encoded on the right side of a match. */
const decode = (text: string): string =>
  text
    .replace(/&&0(\d\d);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/&&(1\d\d);/g, (_, code: string) => String.fromCharCode(Number(code)));

/** What the format turns an arrow into. */
const arrows = (text: string): string => text.replaceAll('->', '→');

const read = (text: string): Map<string, GIFTQuestion> =>
  new Map(
    parse(text).flatMap(question => (question.type === 'Category' ? [] : [[question.title ?? '', question]])),
  );

const feedbackOf = (question: { globalFeedback: { text: string } | null }): string | undefined =>
  question.globalFeedback?.text;

const sameOptions = (
  question: Extract<Question, { kind: 'choice' | 'multiple' | 'prediction' }>,
  found: Kind<'MC'>,
): void => {
  const rights = question.options.filter(({ correct }) => correct).length;
  expect(
    found.choices.map(({ text, feedback, isCorrect, weight }) => ({
      text: text.text,
      feedback: feedback?.text,
      right: question.kind === 'multiple' ? (weight ?? 0) > 0 : isCorrect,
      weight,
    })),
  ).toEqual(
    question.options.map(({ markdown, explanation, correct }) => ({
      text: arrows(markdown),
      feedback: explanation === undefined ? undefined : arrows(explanation),
      right: correct,
      weight: question.kind === 'multiple' ? (correct ? Number((100 / rights).toFixed(5)) : -100) : null,
    })),
  );
};

const sameQuestion = (question: Question, found: GIFTQuestion | undefined): void => {
  if (!found || found.type === 'Category' || found.type === 'Description')
    throw new Error('no such question');
  expect(found.stem.format).toBe('markdown');
  const hasGiven = question.kind === 'numeric' && question.given.length > 0;
  if (!hasGiven) expect(found.stem.text.startsWith(arrows(question.prompt))).toBe(true);
  switch (question.kind) {
    case 'choice':
    case 'multiple':
    case 'prediction':
      expect(found.type).toBe('MC');
      sameOptions(question, found as Kind<'MC'>);
      return;
    case 'order':
      expect(found.type).toBe('Matching');
      expect(
        (found as Kind<'Matching'>).matchPairs.map(({ subquestion, subanswer }) => [
          subquestion.text,
          subanswer,
        ]),
      ).toEqual(question.options.map(({ markdown }, index) => [arrows(markdown), String(index + 1)]));
      break;
    case 'match':
      expect(found.type).toBe('Matching');
      expect(
        (found as Kind<'Matching'>).matchPairs.map(({ subquestion, subanswer }) => [
          subquestion.text,
          decode(subanswer),
        ]),
      ).toEqual(question.pairs.map(({ left, right }) => [arrows(left), arrows(plainText(right))]));
      break;
    case 'numeric': {
      expect(found.type).toBe('Numerical');
      const { choices } = found as Kind<'Numerical'>;
      if (Array.isArray(choices)) throw new Error('one number is expected');
      expect(choices).toMatchObject({ type: 'range', range: question.tolerance });
      if (!hasGiven) expect(choices.number).toBeCloseTo(evaluate(question.formula, {}), 8);
      if (question.unit) expect(found.stem.text).toContain(`The answer is in ${question.unit}.`);
      break;
    }
    case 'text':
      expect(found.type).toBe('Short');
      expect((found as Kind<'Short'>).choices.map(({ text, isCorrect }) => [text.text, isCorrect])).toEqual(
        question.accepted.map(text => [arrows(text), true]),
      );
  }
  if (!hasGiven)
    expect(feedbackOf(found as Kind<'Matching'>)).toBe(question.explanation && arrows(question.explanation));
};

const courseOf = (quiz: Quiz): Course => ({ id: 'x', dir: '/some/where', lessons: [], quizzes: [quiz] });

const quizOf = (body: string, title = 'T'): Quiz => {
  const { quiz, problems } = parseQuiz('quizzes/q.md', `---\ntitle: ${title}\nminutes: 1\n---\n${body}`);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return quiz;
};

const root = fileURLToPath(new URL('../../..', import.meta.url));

describe('every quiz of the built-in course, read by an independent GIFT parser', async () => {
  const { course } = await loadCourse(root, { builtIn: true });

  it.each(course.quizzes.map(quiz => [quiz.id, quiz] as const))('%s', (_, quiz) => {
    const { text, leftOut } = giftOf(course, [quiz]);
    const found = read(text);
    const asked = quiz.questions.filter(section => questionOf(section));
    expect([...found.keys()]).toEqual(asked.map(({ id }) => id));
    for (const section of asked) sameQuestion(questionOf(section) as Question, found.get(section.id));
    expect(leftOut).toHaveLength(quiz.questions.length - asked.length);
  });

  it('as one file with a category for each', () => {
    const categories = parse(giftOf(course, course.quizzes).text).filter(({ type }) => type === 'Category');
    expect(categories.map(({ title }) => title)).toEqual(
      course.quizzes.map(({ title }) => `web-stack-tutor/${plainText(title).replaceAll('/', '//')}`),
    );
  });
});

describe('what GIFT writes in its own way', () => {
  const only = (body: string): { found: GIFTQuestion; text: string; leftOut: string[] } => {
    const quiz = quizOf(body);
    const { text, leftOut } = giftOf(courseOf(quiz), [quiz]);
    const [found] = [...read(text).values()];
    if (!found) throw new Error(text);
    return { found, text, leftOut };
  };

  it('numbers that are given are drawn once, the same in question, answer, and explanation', () => {
    const body =
      '## A {#a}\n\nGiven: n = 10..90 step 10\n\nTwice {n}?\n\n**Answer:** = n * 2 ± 0.5 h\n\n> {n} and {n}.\n';
    const { found, text } = only(body);
    const numeric = found as Kind<'Numerical'>;
    const n = Number(/Twice (\d+)\?/.exec(numeric.stem.text)?.[1]);
    expect(n % 10).toBe(0);
    expect(numeric.choices).toEqual({ type: 'range', number: 2 * n, range: 0.5 });
    expect(numeric.globalFeedback?.text).toBe(`${n} and ${n}.`);
    expect(text).toContain(`drawn from what is given: n = ${n}\n`);
    expect(only(body).text).toBe(text);
  });

  it('a prediction comes with the commands that decide it', () => {
    const { found } = only(
      '## A {#a}\n\n**Predict:** What?\n\n- [x] Yes => 200 {#y}\n  > Y.\n- [ ] No => 404 {#n}\n  > N.\n\n```lab\nstop app\nrequest / => ?\n```\n',
    );
    expect((found as Kind<'MC'>).globalFeedback?.text).toBe(
      'Try it in the lab:\n\n    stop app\n    request /',
    );
  });

  it('challenges are left out and named', () => {
    const challenge = '```challenge\ngoal request /guestbook => 200\n```\n\n```solution\nstatus\n```\n';
    const { text, leftOut } = only(`## A {#a}\n\nx?\n\n**Answer:** y\n\n## Mend it {#mend}\n\n${challenge}`);
    expect(leftOut).toEqual(['quizzes/q.md:11: left out, as a challenge needs a running stack: mend']);
    expect(text).toContain(`// ${leftOut[0]}`);
  });

  it('a slash in a title is no category, and ids are kept', () => {
    const quiz = quizOf('## A {#a-b}\n\nx?\n\n**Answer:** y\n', 'TCP/IP');
    const { text } = giftOf(courseOf(quiz), [quiz]);
    expect(text).toMatch(/^\$CATEGORY: where\/TCP\/\/IP\n\n/);
    expect([...read(text).values()]).toMatchObject([{ id: 'q/a-b', title: 'a-b' }]);
  });

  it('answers that begin like a weight or a format, or hold a star', () => {
    const { found } = only('## A {#a}\n\n**Choose:** x?\n\n- [x] %50% of it {#y}\n- [ ] [html] a {#n}\n');
    expect((found as Kind<'MC'>).choices.map(({ text, weight }) => [text.text, weight])).toEqual([
      ['%50% of it', null],
      ['[html] a', null],
    ]);
    expect(
      (only('## A {#a}\n\nx?\n\n**Answer:** 2 \\* 3\n').found as Kind<'Short'>).choices[0]?.text.text,
    ).toBe('2 \\* 3');
  });
});

// What Markdown reads as something else than a line of text is no matter of this format.
const sign = fc.constantFrom(...'ab ~=#{}:\\%[]()!?.,;"\'/|→é-><'.split(''));
const words = fc
  .string({ unit: sign, minLength: 1, maxLength: 30 })
  .map(text => `x${text.trim()}`.replace(/\s+/g, ' '));

describe('any text', () => {
  it('comes out as it went in', () => {
    fc.assert(
      fc.property(
        words,
        fc.uniqueArray(words, { minLength: 2, maxLength: 5 }),
        words,
        (prompt, texts, explanation) => {
          const options = texts.map((markdown, index) => ({
            id: `o${index}`,
            markdown,
            explanation: `${explanation}\n\n${markdown}`,
            correct: index === 0,
          }));
          const question: Question = { kind: 'choice', line: 1, prompt, options };
          const quiz = { ...quizOf('## A {#a}\n\nx?\n\n**Answer:** y\n') };
          quiz.questions = [{ id: 'a', title: 'A', line: 1, items: [{ kind: 'question', question }] }];
          sameQuestion(question, read(giftOf(courseOf(quiz), [quiz]).text).get('a'));
        },
      ),
    );
  });
});
