import { afterEach, describe, expect, it } from 'vitest';
import { loadCourse } from '../../src/course/load.ts';
import type { Question, Step } from '../../src/course/model.ts';
import { plainText } from '../../src/course/plain-text.ts';
import type { Screen } from '../../src/tui/navigation.ts';
import { builtInCourse, fixtureCourse } from './fixtures.ts';
import { keys, openCourse, sizes, type Tui, unmountAll } from './terminal.ts';

afterEach(unmountAll);

/** Columns of the terminal in which whole steps are walked through; in the others it is looked at how they begin. */
const walked = [80];

const named = sizes.map(size => ({ ...size, name: `${size.columns}x${size.rows}` }));

/** No line wider and no frame taller than the terminal, header and footer in their places. */
const fits = (tui: Tui): void => {
  expect(tui.outside()).toEqual([]);
  expect(tui.lines()[0]).toContain('web-stack-tutor');
  expect(tui.lines().at(-1)).toMatch(/quit|back|close|cancel/i);
};

/** Scrolls to the end and looks at every page on the way. */
const pages = async (tui: Tui): Promise<void> => {
  fits(tui);
  for (let page = 0; page < 40 && tui.screen().includes('more below'); page++) {
    const before = tui.screen();
    await tui.press(keys.pageDown);
    await tui.becomes('the next page', () => tui.screen() !== before);
    fits(tui);
  }
};

/** How many characters two texts have in common at their beginnings. */
const common = (a: string, b: string): number => {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
};

/** The number in front of the right option, which must be on screen: of options that begin alike, the likest. */
const rightNumber = (tui: Tui, question: Question): string => {
  const right =
    'options' in question && question.options.find(option => 'correct' in option && option.correct);
  const text = right ? plainText(right.markdown) : '';
  const [best] = tui
    .lines()
    .flatMap(line => {
      const [, number, shown = ''] = /^\D{0,6}(\d)\s+(.*\S)/.exec(line) ?? [];
      return number ? [{ number, alike: common(shown, text) }] : [];
    })
    .toSorted((one, other) => other.alike - one.alike);
  if (!best || best.alike < Math.min(text.length, 8))
    throw new Error(`"${text}" is not on the menu:\n${tui.screen()}`);
  return best.number;
};

/** Answers until nothing more can be answered. */
const answer = async (tui: Tui, question: Question): Promise<void> => {
  if (question.kind === 'numeric' || question.kind === 'text') {
    await tui.shows('Enter answer');
    const text = question.kind === 'text' ? (question.accepted[0] ?? '') : question.formula;
    await tui.press(text, keys.enter);
    await tui.hides('Enter answer');
    return;
  }
  await tui.shows('1-9 answer');
  await tui.press(rightNumber(tui, question));
  await tui.hides('1-9 answer');
};

const screens: readonly { screen: Screen; shows: string }[] = [
  { screen: { name: 'home' }, shows: 'Start with' },
  { screen: { name: 'lessons' }, shows: 'new' },
  { screen: { name: 'quizzes' }, shows: 'questions' },
  { screen: { name: 'progress' }, shows: 'Predictions' },
  { screen: { name: 'lab' }, shows: 'Every command runs' },
];

describe.each(named)('at $name', ({ columns, rows }) => {
  const size = { columns, rows };

  it.each(screens)('$screen.name fits, and so does its help', async ({ screen, shows }) => {
    const tui = openCourse(size, fixtureCourse, { screen });
    await tui.shows(shows);
    await tui.shows('stack up');
    await pages(tui);
    if (screen.name === 'lab') return;
    await tui.press('?');
    await tui.shows('Keys here');
    await pages(tui);
  });

  it('the lab fits with the last request, its picture and a long line being typed', async () => {
    const tui = openCourse(size, fixtureCourse, { screen: { name: 'lab' } });
    await tui.shows('stack up');
    await tui.press('request /guestbook', keys.enter);
    await tui.shows('GET http');
    await tui.shows('Esc back');
    fits(tui);
    await tui.press('help', keys.enter);
    await tui.shows('resolve NAME');
    await pages(tui);
    await tui.press(`sql "SELECT ${'long, '.repeat(60)}"`);
    await tui.shows('long, "');
    fits(tui);
  });
});

describe.each([
  { course: 'the fixture course', dir: fixtureCourse },
  { course: 'the built-in course', dir: builtInCourse },
])('in $course', async ({ dir }) => {
  const { course } = await loadCourse(dir);
  const stepsOf = (files: readonly { id: string; steps: readonly Step[] }[]) =>
    files.flatMap(({ id, steps }) =>
      steps.map((step, index) => ({ file: id, step, index, of: steps.length })),
    );
  const lessons = stepsOf(course.lessons);
  const questions = stepsOf(course.quizzes.map(({ id, questions: steps }) => ({ id, steps })));

  describe.each(named)('at $name', ({ columns, rows }) => {
    it.each(lessons)('step $step.id of $file fits', async ({ file, step, index, of }) => {
      const tui = openCourse({ columns, rows }, dir, {
        screen: { name: 'lesson', lesson: file, step: step.id },
      });
      await tui.shows(`step ${index + 1} of ${of}`);
      await tui.shows('stack up');
      await pages(tui);
      if (!walked.includes(columns)) return;
      for (const item of step.items) {
        // These take many keys; their answers are looked at with the fixture course.
        if (item.kind === 'question' && ['order', 'match'].includes(item.question.kind)) break;
        if (item.kind === 'question') await answer(tui, item.question);
        if (item.kind === 'lab') {
          const before = tui.raw().length;
          await tui.shows('Enter run it');
          await tui.press(keys.enter);
          await tui.becomes('a run', () => tui.raw().slice(before).includes('cancel'));
          await tui.hides('Esc cancel');
        }
        await pages(tui);
      }
      if (columns < 100) {
        await tui.press(keys.tab);
        await tui.shows('browser on your machine');
        await pages(tui);
      }
    });

    it.each(questions)('question $step.id of $file fits', async ({ file, step, index, of }) => {
      const only = [step.id];
      const tui = openCourse({ columns, rows }, dir, { screen: { name: 'quiz', quiz: file, only } });
      await tui.shows('question 1 of 1');
      expect(index).toBeLessThan(of);
      await pages(tui);
    });
  });
});
