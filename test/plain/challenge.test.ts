import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Course } from '../../src/course/model.ts';
import { parseQuiz } from '../../src/course/parse-file.ts';
import { playQuiz } from '../../src/plain/quiz.ts';
import { finishedRuns, openRun, quizProgress } from '../../src/progress/progress.ts';
import { liveStack } from '../tui/fake-stack.ts';
import { taskCourse } from '../tui/fixtures.ts';
import { memoryStore } from '../tui/store.ts';
import { scriptedConsole, tooWide } from './scripted-console.ts';

const file = 'quizzes/tasks.md';
const { quiz } = parseQuiz(file, readFileSync(join(taskCourse, file), 'utf8'));
const course: Course = { id: 'tasks', dir: taskCourse, lessons: [], quizzes: [quiz] };

const play = async (answers: string[], { store = memoryStore(), mayRun = true } = {}) => {
  const console = scriptedConsole(answers);
  const stack = liveStack();
  const { signal } = new AbortController();
  await playQuiz({
    course,
    quiz,
    console,
    store,
    openStack: async () => stack,
    mayRun: async () => mayRun,
    signal,
  });
  const app = stack.status().find(({ part }) => part === 'app')?.state;
  return { text: console.text, console, store, app, kept: quizProgress(store.progress(), course.id, file) };
};

describe('a challenge in plain lines', () => {
  it('is set up, measured, mended and passed', async () => {
    const { text, console, kept, app } = await play(['', 'grade', 'start app', 'grade']);
    expect(console.left).toEqual([]);
    expect(text).toContain('the task is set up, 1 of 1');
    expect(text).toContain('Not yet: 1 of 2 met.');
    expect(text).toContain('- request /guestbook => 200 from app: NOT met\n    502 from web');
    expect(text).toContain('Passed: all goals are met.');
    expect(text).toContain('1 of 1 points, 100 %: passed.');
    expect(text).toContain('- Challenge: gone: passed');
    expect(finishedRuns(kept)).toMatchObject([{ points: 1 }]);
    expect(kept.challenges?.gone?.measurements).toMatchObject({
      'request /style.css => 200 from web': expect.stringContaining('200 from web'),
    });
    expect(app).toBe('running');
    expect(tooWide(text)).toEqual([]);
  });

  it('helps by hints, goals and the text', async () => {
    const { text } = await play(['', 'hint', 'goals', 'task', 'help', 'start app', 'hint', 'q']);
    expect(text).toContain('Hint: Who is behind Nginx?');
    expect(text.split('- request /style.css => 200 from web\n')).toHaveLength(4);
    expect(text.split('The pages are gone.')).toHaveLength(3);
    expect(text).toContain('Hint: Nothing to say about this state.');
    expect(text).toContain('kill TARGET');
  });

  it('is given up: no points, a solution, and nothing of the fault stays', async () => {
    const { text, kept, app } = await play(['', 'give up', 'n']);
    expect(text).toContain('One way to do it:\n  start app');
    expect(text).toContain('Nearly, and not enough: nobody was wrong there\n  restart web');
    expect(text).toContain('0 of 1 points');
    expect(kept.challenges).toBeUndefined();
    expect(app).toBe('running');
  });

  it('is left out without telling anything', async () => {
    const { text } = await play(['n', 'n']);
    expect(text).toContain('- Challenge: gone: not passed');
    expect(text).not.toContain('start app');
    expect(text).not.toContain('set up,');
  });

  it.each([
    ['q', ['', 'start app', 'q']],
    ['the end of the input', ['', 'start app']],
  ])('is left by %s, and asked again the next time', async (_, answers) => {
    const { text, kept, store, app } = await play(answers);
    expect(text).toContain('You left half-way');
    expect(openRun(kept)).toBeDefined();
    expect(app).toBe('running');
    const again = await play(['', 'grade', 'start app', 'grade'], { store });
    expect(again.text).toContain('Not yet');
    expect(finishedRuns(again.kept)).toMatchObject([{ points: 1 }]);
  });

  it('grades nothing from before a reset, which sets the task up again', async () => {
    const { text } = await play(['', 'start app', 'reset', 'grade', 'q']);
    expect(text).toContain('The task begins anew.');
    expect(text).toContain('Not yet: 1 of 2 met.');
  });

  it('counts as passed when it was passed before, if one likes', async () => {
    const { store } = await play(['', 'start app', 'grade']);
    const { text } = await play(['p'], { store });
    expect(text).toContain('You passed it on');
    expect(text).toContain('1 of 1 points');
    const never = await play(['p', 'n', 'n']);
    expect(never.text).toContain('0 of 1 points');
  });

  it('runs nothing of a course from elsewhere without consent', async () => {
    const { text, app } = await play(['', 'n', 'n'], { mayRun: false });
    expect(text).toContain('Not run');
    expect(text).not.toContain('set up,');
    expect(app).toBe('running');
  });
});
