import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from './cli.ts';

const example = fileURLToPath(new URL('../../docs/example-course', import.meta.url));
const question = 'nobody can be asked whether the lab blocks of this course may run: --yes lets them\n';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'course-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('--course without a terminal', () => {
  it.each([['learn'], ['learn', '--plain'], ['quiz', '--plain'], []])(
    'runs no block without --yes: %j',
    async (...args) => {
      const { code, stdout, stderr } = await run(['--course', example, ...args], { input: 'q\n' });
      expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: question });
    },
  );

  it('tells its lesson with --yes, live', async () => {
    const { code, stdout } = await run(['learn', '--course', example, '--yes', '--engine', 'embedded'], {
      env: { XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder },
    });
    expect(code).toBe(0);
    expect(stdout).toContain('First steps, as it has just happened on this machine.');
    expect(stdout).toMatch(/ran on the stack: all was as expected\.\n$/);
  });

  it('is what the other commands are about', async () => {
    const unknown = await run(['--course', example, 'learn', 'frist-steps']);
    expect(unknown).toMatchObject({
      code: 2,
      stderr: 'there is no lesson "frist-steps": did you mean first-steps?\n',
    });
    const gift = await run(['export', 'gift', '--course', example]);
    expect(gift.code).toBe(0);
    expect(gift.stdout).toMatch(/^\$CATEGORY: example-course\/First steps\n/);
    expect(gift.stderr).toBe(
      'quizzes/first-steps.md:101: left out, as a challenge needs a running stack: mend-it\n',
    );
    const check = await run(['check', '--course', example]);
    expect(check).toMatchObject({ code: 0, stdout: '' });
    expect(check.stderr).toContain('1 lesson, 2 steps, 1 quiz, 8 questions, 0 problems');
  });

  it('says in a sentence that there is no course', async () => {
    expect(await run(['--course', join(folder, 'nowhere'), 'learn'])).toMatchObject({
      code: 2,
      stderr: `there is no folder ${join(folder, 'nowhere')}: --course expects that of a course\n`,
    });
    expect(await run(['--course', folder, 'learn'])).toMatchObject({
      code: 2,
      stderr: `there is no lesson in ${folder}, expected files such as lessons/01-name.md\n`,
    });
  });

  it('never lets what it says drive the terminal', async () => {
    mkdirSync(join(folder, 'lessons'));
    const front = '---\ntitle: "Red \\e[31m"\nminutes: 1\nobjectives: [O]\nstack: one-server\n---\n';
    writeFileSync(
      join(folder, 'lessons/01-a.md'),
      `${front}## A \u001B[31m {#a}\n\nText \u001B]0;x\u0007.\n`,
    );
    const { stdout } = await run(['learn', '--course', folder, '--yes', '--engine', 'embedded'], {
      env: { XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder },
    });
    expect(stdout).toContain('Text');
    expect(stdout).not.toMatch(/[\u001B\u0007]/);
  });
});
