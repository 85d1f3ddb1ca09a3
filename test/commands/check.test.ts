import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lessonSource, quizSource } from '../plain/course.ts';
import { linesOf, run } from './cli.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'course-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (lesson: string): void => {
  mkdirSync(join(folder, 'lessons'));
  mkdirSync(join(folder, 'quizzes'));
  writeFileSync(join(folder, 'lessons/01-small.md'), lesson);
  writeFileSync(join(folder, 'quizzes/small-quiz.md'), quizSource);
};

const lineOf = (text: string): number => lessonSource.slice(0, lessonSource.indexOf(text)).split('\n').length;

describe('check', () => {
  it('finds nothing in the built-in course', async () => {
    const { code, stdout, stderr } = await run(['check']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain('0 problems');
  });

  it('says in one line that a folder is no course', async () => {
    const { code, stdout } = await run(['check', folder]);
    expect(code).toBe(1);
    expect(linesOf(stdout)).toEqual([expect.stringMatching(/lessons:1: there is no lesson in /)]);
  });

  it('names file and line of a problem, as it can be opened from here, and runs nothing then', async () => {
    write(lessonSource.replace('request /guestbook => 200 from app', 'requst /guestbook'));
    const { code, stdout, stderr } = await run(['check', '.', '--run'], { cwd: folder });
    expect(code).toBe(1);
    expect(stdout).toMatch(
      new RegExp(`^lessons/01-small\\.md:${lineOf('request /guestbook')}: .*"requst" is not a command`),
    );
    expect(linesOf(stdout)).toHaveLength(1);
    expect(stderr).not.toContain('running');
  });

  it('--run finds nothing in a course that is right', async () => {
    write(lessonSource);
    const { code, stdout, stderr } = await run(['check', folder, '--run']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain('running lessons/01-small.md #gone');
  });

  it('--run names the line of an expectation that does not hold, and the option that is marked wrongly', async () => {
    write(
      lessonSource
        .replace('request /guestbook => 200 from app', 'request /guestbook => 404')
        .replace('=> 200 from app {#page-anyway}', '=> 502 {#page-anyway}'),
    );
    const { code, stdout } = await run(['check', folder, '--run']);
    expect(code).toBe(1);
    const [expectation = '', option = '', ...more] = linesOf(stdout);
    expect(expectation).toMatch(
      new RegExp(
        `01-small\\.md:${lineOf('request /guestbook')}: request /guestbook: expected 404, observed 200 from app`,
      ),
    );
    expect(option).toMatch(
      new RegExp(
        `01-small\\.md:${lineOf('**Predict:**')}: the option page-anyway is marked as wrong, .* it holds`,
      ),
    );
    expect(more).toEqual([]);
  });
});
