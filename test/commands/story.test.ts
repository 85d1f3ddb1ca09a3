import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { tooWide } from '../plain/scripted-console.ts';
import { cli, linesOf, run } from './cli.ts';

describe('without a command and without a terminal', () => {
  it('tells the user story, whose requests really ran', async () => {
    const { code, stdout, stderr } = await run(['--engine', 'embedded']);
    expect(stdout).toMatch(/\d+ commands ran on the stack: all was as expected\.\n$/);
    expect(code).toBe(0);
    for (let step = 1; step <= 10; step++) expect(stdout).toContain(`== Step ${step} of 10: `);
    expect(stdout.match(/^Predict: /gm)?.length).toBeGreaterThanOrEqual(4);
    expect(stdout.match(/^The stack answered: /gm)).toHaveLength(stdout.match(/^Predict: /gm)?.length ?? 0);
    expect(stdout).toMatch(/\d\. dns: 192\.0\.2\.53:53 \(here 127\.0\.0\.1:\d+\) says/);
    expect(tooWide(stdout)).toEqual([]);
    expect(linesOf(stderr)).toEqual(['Starting the stack: dns, web, app and db ...']);
  });

  it('ends quietly when nobody reads on', async () => {
    const { code, stderr } = await run(['--engine', 'embedded'], {
      onOutput: (_, child) => child.stdout?.destroy(),
    });
    expect(code).toBe(0);
    expect(linesOf(stderr)).toEqual(['Starting the stack: dns, web, app and db ...']);
  });

  it('ends with 130 when it is interrupted', async () => {
    const { code, stderr } = await run(['--engine', 'embedded'], {
      onOutput: (stdout, child) => {
        if (stdout.includes('Step 2')) child.kill('SIGINT');
      },
    });
    expect(code).toBe(130);
    expect(linesOf(stderr)).toEqual(['Starting the stack: dns, web, app and db ...']);
  });

  it.skipIf(process.platform !== 'linux')('says so when the disk is full (skipped: needs /dev/full)', () => {
    const { status, stderr } = spawnSync('sh', [
      '-c',
      '"$0" "$@" > /dev/full',
      process.execPath,
      cli,
      'doctor',
    ]);
    expect(status).toBe(1);
    expect(String(stderr)).toBe('standard output cannot be written (ENOSPC)\n');
  });
});

describe('learn and quiz without a terminal', () => {
  it('tells a lesson when nobody is asked to answer', async () => {
    const { code, stdout } = await run(['learn', 'user-story'], {
      onOutput: (text, child) => {
        if (text.includes('The stack answered')) child.stdout?.destroy();
      },
    });
    expect(code).toBe(0);
    expect(stdout).not.toContain('Your answer');
  });

  it('reads the answers from standard input with --plain, and keeps what was done', async () => {
    const first = await run(['learn', 'user-story', '--plain'], { input: '\n\n' });
    expect(first.code).toBe(0);
    expect(first.stdout).toContain('You left at step 2. What you have done is kept.');
    const again = await run(['learn', 'user-story', '--plain'], { input: 'q\n' });
    expect(again.stdout).toContain('it goes on with step 2');
    expect((await run(['progress'])).stdout).toContain('1 of 10 steps done');
    expect((await run(['progress', 'reset', 'user-story'])).stdout).toBe(
      'The progress of user-story is forgotten.\n',
    );
    expect((await run(['progress'])).stdout).toContain('Lesson user-story, The story of one request: new');
  });

  it('asks a quiz, which goes on the next time', async () => {
    const { code, stdout } = await run(['quiz', 'request'], { input: 'x\n' });
    expect(code).toBe(0);
    expect(stdout).toContain('== Question 1 of ');
    expect(stdout).toContain('Please write');
    expect(stdout).toContain('Your answers are kept');
    expect((await run(['quiz', 'request'])).stdout).toContain('You left it half-way');
    const { continue: next } = JSON.parse((await run(['progress', '--json'])).stdout);
    expect(next).toMatchObject({ kind: 'quiz', id: 'request' });
    expect((await run(['progress', 'reset'])).stdout).toBe('All progress is forgotten.\n');
  });
});
