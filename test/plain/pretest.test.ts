import { expect, it } from 'vitest';
import { loadCourse } from '../../src/course/load.ts';
import type { Lesson } from '../../src/course/model.ts';
import { offerPretest } from '../../src/plain/pretest.ts';
import { pretestOffer } from '../../src/progress/pretest-offer.ts';
import { quizProgress } from '../../src/progress/progress.ts';
import { loopCourse } from '../tui/fixtures.ts';
import { memoryStore } from '../tui/store.ts';
import { course as bareCourse, lesson as bareLesson } from './course.ts';
import { scriptedConsole, tooWide } from './scripted-console.ts';

const { course } = await loadCourse(loopCourse);
const lesson = course.lessons[0] as Lesson;

const play = async (answers: string[], store = memoryStore()) => {
  const console = scriptedConsole(answers);
  const begins = await offerPretest({ course, lesson, store, console });
  return {
    begins,
    store,
    text: console.text,
    left: console.left,
    pretest: quizProgress(store.progress(), course.id, 'quizzes/parts.md').pretest,
  };
};

it('asks three questions once each, and says nothing about the answers', async () => {
  const { begins, text, pretest, left } = await play(['y', '1', 'x', '', '2']);
  expect({ begins, left }).toEqual({ begins: true, left: [] });
  expect(text).toContain('== Before you begin, question 3 of 3 ==');
  expect(text).toContain('Please write a number from 1 to');
  expect(text).not.toMatch(/Right|Wrong|try/);
  expect(Object.values(pretest?.questions ?? {}).filter(answer => answer === null)).toHaveLength(1);
  expect(tooWide(text)).toEqual([]);
});

it('can be skipped, and is not offered again', async () => {
  const { begins, pretest, store } = await play(['']);
  expect(begins).toBe(true);
  expect(pretest?.questions).toEqual({});
  expect(await play([], store)).toMatchObject({ begins: true, text: '' });
});

it('can be left, and is offered again then', async () => {
  const { begins, pretest, store } = await play(['y', '1', 'q']);
  expect(begins).toBe(false);
  expect(pretest).toBeUndefined();
  expect((await play(['q'], store)).text).toContain('Three questions first?');
});

it('is offered only while nothing of the unit was begun, and only where there is a unit', async () => {
  const store = memoryStore();
  expect(pretestOffer(course, store.progress(), lesson.id)?.questions).toHaveLength(3);
  expect(pretestOffer(bareCourse, store.progress(), bareLesson.id)).toBeUndefined();
  await store.record({
    type: 'step-seen',
    course: course.id,
    file: 'lessons/02-names.md',
    step: 'name',
    at: 1,
  });
  expect(pretestOffer(course, store.progress(), lesson.id)).toBeUndefined();
});
