import { describe, expect, it } from 'vitest';
import { loadCourse } from '../../src/course/load.ts';
import type { Course, Step } from '../../src/course/model.ts';
import {
  experimentAgainst,
  misconceptionsIn,
  questionOf,
  taughtAt,
  unitsOf,
} from '../../src/course/sections.ts';
import { loopCourse } from '../tui/fixtures.ts';

const { course } = await loadCourse(loopCourse);
const [first, second] = course.lessons;
const [quiz] = course.quizzes;
const questions = quiz?.questions ?? [];
const asked = questions[0] as Step;

describe('units', () => {
  it('are a quiz and the lessons that teach its questions', () => {
    expect(unitsOf(course)).toEqual([{ quiz, lessons: [first, second] }]);
  });

  it('have each lesson once, with the quiz that names it most', () => {
    const [one, two, three] = questions;
    const named = (id: string, ...of: (Step | undefined)[]) => ({
      ...(quiz as (typeof course.quizzes)[0]),
      id,
      questions: of.flatMap(step => step ?? []),
    });
    const course2: Course = { ...course, quizzes: [named('less', one, two), named('more', one, three)] };
    expect(unitsOf(course2).map(unit => [unit.quiz.id, unit.lessons.map(({ id }) => id)])).toEqual([
      ['less', ['names']],
      ['more', ['who-answers']],
    ]);
  });

  it('are none where no question names a lesson', () => {
    const bare = questions.map(({ taughtBy: _, ...step }) => step);
    expect(unitsOf({ ...course, quizzes: quiz ? [{ ...quiz, questions: bare }] : [] })).toEqual([]);
  });
});

it('knows what wrong options stand for', () => {
  const question = questionOf(asked);
  if (!question) throw new Error('it asks nothing');
  expect(misconceptionsIn(question, ['nginx', 'db', 'app-server'])).toEqual(['P4']);
});

describe('the experiment against a misconception', () => {
  it('is the step whose prediction refutes it', () => {
    expect(experimentAgainst(course, ['P4'], asked)).toMatchObject({
      lesson: { id: 'who-answers' },
      step: { id: 'app-gone' },
      misconception: 'P4',
    });
    expect(experimentAgainst(course, ['D5'], asked)).toBeUndefined();
    expect(experimentAgainst(course, [], asked)).toBeUndefined();
  });

  it('is one of the lesson that teaches the question, where there are several', () => {
    const copy = first && { ...first, id: 'elsewhere', file: 'lessons/00-elsewhere.md' };
    const more: Course = { ...course, lessons: [...(copy ? [copy] : []), ...course.lessons] };
    expect(experimentAgainst(more, ['P4'], asked)?.lesson.id).toBe('who-answers');
    const { taughtBy: _, ...anywhere } = asked;
    expect(experimentAgainst(more, ['P4'], anywhere)?.lesson.id).toBe('elsewhere');
  });
});

it('finds the steps that teach a question, as far as they exist', () => {
  expect(taughtAt(course, asked).map(({ lesson, step }) => [lesson.id, step.id])).toEqual([
    ['who-answers', 'app-gone'],
  ]);
  expect(taughtAt(course, { taughtBy: [{ lesson: 'who-answers', step: 'gone', line: 1 }] })).toEqual([]);
  expect(taughtAt(course, {})).toEqual([]);
});
