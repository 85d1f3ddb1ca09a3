import { describe, expect, it } from 'vitest';
import { playLesson } from '../../src/plain/lesson.ts';
import { lessonProgress } from '../../src/progress/progress.ts';
import { presented } from '../../src/quiz/presented.ts';
import { startQuestion } from '../../src/quiz/question-state.ts';
import { StackError } from '../../src/stack/stack.ts';
import { liveStack } from '../tui/fake-stack.ts';
import { memoryStore } from '../tui/store.ts';
import { course, lesson } from './course.ts';
import { scriptedConsole, tooWide } from './scripted-console.ts';

const seed = 7;

/** The number under which this learner sees the option. */
const numberOf = (step: string, option: string): string => {
  const section = lesson.steps.find(({ id }) => id === step);
  const state = section && startQuestion(section, { seed, course: course.id, file: lesson.file });
  const question = state && presented(state.question, state.key);
  if (!question || !('options' in question)) throw new Error(`${step} has no options`);
  return String(question.options.find(({ id }) => id === option)?.number);
};

const play = async (answers: string[], store = memoryStore(seed), openStack = async () => liveStack()) => {
  const console = scriptedConsole(answers);
  const { signal } = new AbortController();
  const held = await playLesson({ course, lesson, console, store, openStack, signal });
  const steps = lessonProgress(store.progress(), course.id, lesson.file).steps;
  const done = Object.entries(steps).flatMap(([id, step]) => (step.doneAt === undefined ? [] : [id]));
  return { console, text: console.text, held, store, steps, done };
};

const right = numberOf('gone', 'bad-gateway');
const wrong = numberOf('gone', 'page-anyway');

describe('a lesson in plain lines', () => {
  it('is played from the first step to the last', async () => {
    const { text, held, console, steps, done } = await play([
      '', // run the request
      '', // next step
      'h',
      right,
      '', // run the block
      '',
      numberOf('ports', 'fifty-three'),
      numberOf('ports', 'eighty'),
      '',
    ]);
    expect(held).toBe(true);
    expect(console.left).toEqual([]);
    expect(done).toEqual(['page', 'gone', 'ports']);
    expect(steps.gone?.prediction).toMatchObject({ option: 'bad-gateway', right: true });
    const order = [
      'Lesson: The small story. 3 steps, about 1 minute.',
      '- Tell who answers'.slice(2),
      '== Step 1 of 3: A page ==',
      'Ask for it.',
      '> request /guestbook',
      '200 from app, via dns web app db',
      '(as expected)',
      'Behind the page.',
      '== Step 2 of 3: The application is gone ==',
      'Predict: what comes back?',
      'Hint: Who still listens?',
      'Your prediction is locked.',
      '> stop app',
      '502 from web',
      '> start app',
      'As you predicted: 502 from web',
      'Right: 502 Bad Gateway',
      'Nginx says so.',
      'Question: Which port?',
      'Not right. 2 tries are left.',
      'Wrong: 53 (your answer)',
      'That is DNS.',
      'Right at the second try.',
      'That was the last step.',
    ];
    let from = 0;
    for (const piece of order) {
      const at = text.indexOf(piece, from);
      expect(at, `"${piece}" behind position ${from} of:\n${text}`).toBeGreaterThanOrEqual(0);
      from = at;
    }
    expect(tooWide(text)).toEqual([]);
  });

  it('says so when the stack answers something else than predicted', async () => {
    const { text, steps } = await play(['', '', wrong, '', 'q']);
    expect(text).toContain('Not as you predicted: 502 from web');
    expect(text).toContain('Wrong: The page (your answer)\n       Nobody builds it.');
    expect(text).toContain('Right: 502 Bad Gateway\n       Nginx says so.');
    expect(steps.gone?.prediction).toMatchObject({ option: 'page-anyway', right: false });
  });

  it.each([
    ['q', ['', '', 'q']],
    ['the end of the input', ['', '']],
  ])('keeps what was done when it is left by %s, and goes on there', async (_, answers) => {
    const { text, store, done } = await play(answers);
    expect(done).toEqual(['page']);
    expect(text).toContain('You left at step 2. What you have done is kept.');
    const again = await play(['', 'q'], store);
    expect(again.text).toContain('it goes on with step 2');
    expect(again.text).not.toContain('Step 1 of 3');
    expect(again.text).toContain('Step 2 of 3');
  });

  it('begins anew for those who want that', async () => {
    const { store } = await play(['', '', 'q']);
    const { text, console } = await play(['7', '1', 'q'], store);
    expect(text).toContain('There is no step "7".');
    expect(text).toContain('Step 1 of 3');
    expect(console.left).toEqual([]);
    expect((await play(['q'], store)).text).not.toContain('== Step');
  });

  it('does not ask again what was predicted before', async () => {
    const { store } = await play(['', '', wrong, '', 'q']);
    const { text, console } = await play(['', 'q'], store);
    expect(text).toContain('Step 3 of 3');
    expect(console.left).toEqual([]);
    const again = await play(['2', '', 'q'], store);
    expect(again.text).not.toContain('Your prediction is locked.');
  });

  it('goes to any step by its number', async () => {
    const { text } = await play(['', '3', 'q']);
    expect(text).not.toContain('Step 2 of 3');
    expect(text).toContain('Step 3 of 3');
    const unknown = await play(['', '9', 'q']);
    expect(unknown.text).toContain('There is no step "9".');
  });

  it('tells when a lab line does not hold', async () => {
    const stack = liveStack();
    await stack.control('stop', 'app');
    const { text, held } = await play(['', 'q'], memoryStore(seed), async () => ({
      ...stack,
      reset: async () => {},
    }));
    expect(held).toBe(false);
    expect(text).toContain('502 from web, via dns web');
    expect(text).toContain('(NOT as expected: 200 from app)');
  });

  it('goes on without a stack that does not start, and does not count the step as done', async () => {
    const openStack = () => Promise.reject(new StackError('db@server-1 did not answer'));
    const { text, held, done } = await play(['', 'q'], memoryStore(seed), openStack);
    expect(text).toContain('That could not be run: db@server-1 did not answer');
    expect(text).toContain('Behind the page.');
    expect({ held, done }).toEqual({ held: false, done: [] });
  });

  it('passes on what is wrong with keeping the progress', async () => {
    const store = { ...memoryStore(seed), record: async () => 'Progress cannot be kept.' };
    const { console } = await play(['q'], store);
    expect(console.notes).toContain('Progress cannot be kept.');
  });
});
