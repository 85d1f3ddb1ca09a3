import { expect, it } from 'vitest';
import { loadCourse } from '../../../src/course/load.ts';
import type { LineResult } from '../../../src/lab/run.ts';
import { emptyLesson } from '../../../src/progress/progress.ts';
import {
  type LessonAction,
  type LessonState,
  lessonReducer,
  startLesson,
} from '../../../src/tui/lesson/state.ts';
import {
  answeringRun,
  gateOf,
  offeredHints,
  type StepState,
  visibleItems,
} from '../../../src/tui/section/state.ts';
import { trace } from '../../lab/fake-stack.ts';
import { fixtureCourse } from '../fixtures.ts';

const { course } = await loadCourse(fixtureCourse);
const lesson = course.lessons[0];
if (!lesson) throw new Error('the fixture course has no lesson');
const draw = { seed: 7, course: course.id, file: lesson.file };

const begin = (step: string | undefined, progress = emptyLesson, resume = 0) =>
  startLesson(lesson, step, { draw, progress, resume });
const after = (state: LessonState, ...actions: LessonAction[]) => actions.reduce(lessonReducer, state);
const current = ({ steps, current: at }: LessonState): StepState => {
  const step = steps[at];
  if (!step) throw new Error(`there is no step ${at}`);
  return step;
};
const kinds = (state: StepState) => visibleItems(state).map(index => state.step.items[index]?.kind);

const predict: LessonAction = { type: 'answer', answer: { kind: 'prediction', option: 'refused' } };

it('starts at the step asked for, or at the first', () => {
  expect(current(begin('what')).step.id).toBe('what');
  expect(begin('no such step').current).toBe(0);
});

it('goes on where it was left, unless a step was asked for', () => {
  expect(begin(undefined, emptyLesson, 2)).toMatchObject({ current: 2, resumed: 2 });
  expect(begin('name', emptyLesson, 2).current).toBe(0);
  expect(after(begin(undefined, emptyLesson, 2), { type: 'go', to: 0 }).resumed).toBeUndefined();
});

it('can be read before it is known what was done, up to the first question', () => {
  const unknown = startLesson(lesson, 'app-gone');
  expect(kinds(current(unknown))).toEqual(['text', 'question']);
  expect(current(unknown).question).toBeUndefined();
  expect(gateOf(current(unknown))).toBe(1);
  const known = after(unknown, { type: 'known', known: { draw, progress: emptyLesson, resume: 0 } });
  expect(current(known)).toEqual(current(begin('app-gone')));
});

it('leads nobody away who has begun already', () => {
  const known: LessonAction = { type: 'known', known: { draw, progress: emptyLesson, resume: 3 } };
  expect(after(startLesson(lesson, undefined), known).current).toBe(3);
  expect(after(startLesson(lesson, undefined), { type: 'go', to: 1 }, known).current).toBe(1);
  const run: LessonAction = { type: 'run', step: 0, item: 1, event: { type: 'begin' } };
  const running = after(startLesson(lesson, undefined), run, known);
  expect(running.current).toBe(0);
  expect(running.steps[0]?.runs[1]?.state).toBe('running');
});

it('shows nothing behind an open question, and then nothing behind a lab block that has not run', () => {
  const open = current(begin('app-gone'));
  expect(kinds(open)).toEqual(['text', 'question']);
  const locked = current(after(begin('app-gone'), predict));
  expect(kinds(locked)).toEqual(['text', 'question', 'lab']);
});

it('locks a prediction with its first answer', () => {
  const state = after(begin('app-gone'), predict, {
    type: 'answer',
    answer: { kind: 'prediction', option: 'bad-gateway' },
  });
  expect(current(state).question?.attempts).toEqual([
    { answer: { kind: 'prediction', option: 'refused' }, right: false },
  ]);
});

it('knows a prediction of another day', () => {
  const prediction = { option: 'slower', right: false, at: 1 };
  const state = begin('app-gone', { epoch: 0, steps: { 'app-gone': { seenAt: 1, prediction } } });
  expect(gateOf(current(state))).toBe(current(state).step.items.findIndex(({ kind }) => kind === 'lab'));
});

it('shows hints one after another, and no more than there are', () => {
  const hint: LessonAction = { type: 'hint' };
  const state = begin('app-gone');
  expect(offeredHints(current(state))).toBe(2);
  expect(kinds(current(after(state, hint)))).toEqual(['text', 'question', 'hint']);
  expect(current(after(state, hint, hint, hint)).hints).toBe(2);
});

it('follows a run to its end, also while another step is looked at', () => {
  const state = after(begin('app-gone'), predict);
  const item = gateOf(current(state)) ?? -1;
  const block = current(state).step.items[item];
  const line = block?.kind === 'lab' ? block.lab.lines[1] : undefined;
  if (!line) throw new Error('the lab block has no second line');
  const observed = { kind: 'request' as const, trace: trace() };
  const result: LineResult = { line, ok: true, summary: '502', observed };
  const at = state.current;
  const run = (event: Extract<LessonAction, { type: 'run' }>['event']): LessonAction => ({
    type: 'run',
    step: at,
    item,
    event,
  });
  const ended = after(
    state,
    run({ type: 'begin' }),
    { type: 'go', to: 0 },
    run({ type: 'line', line }),
    run({ type: 'result', result }),
    run({ type: 'end', asked: observed }),
    { type: 'go', to: at },
  );
  expect(current(ended).runs[item]).toEqual({ state: 'done', results: [result], asked: observed });
  expect(answeringRun(current(ended))?.asked).toEqual(observed);
  expect(gateOf(current(ended))).toBeUndefined();
  expect(kinds(current(ended))).toEqual(['text', 'question', 'lab', 'text']);
  const cancelled = after(state, run({ type: 'begin' }), run({ type: 'cancelled' }));
  expect(gateOf(current(cancelled))).toBe(item);
});
