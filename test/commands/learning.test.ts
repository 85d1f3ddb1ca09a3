import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { isUnchanged } from '../../src/progress/certificate.ts';
import { run } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'wst-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A learner who has passed the quiz of the components, and mended something, as files of version 1 and 2 tell it. */
const passed = (version: number) => ({
  version,
  seed: 1,
  courses: {
    'built-in': {
      epoch: 0,
      lessons: {},
      quizzes: {
        'quizzes/components.md': {
          epoch: 0,
          runs: {
            r: {
              startedAt: 1,
              seed: 1,
              practice: false,
              answers: {},
              finished: { at: Date.UTC(2026, 0, 2), points: 19, outOf: 20, share: 0.95, passed: true },
            },
          },
        },
      },
    },
  },
});

it('prints a certificate with its evidence and a checksum, or writes it to a file', async () => {
  writeFileSync(join(folder, 'progress.json'), JSON.stringify(passed(1)));
  const env = { ...process.env, WEB_STACK_TUTOR_HOME: folder };
  const printed = await run(['export', 'certificate', '--name', 'Ada \u001b[31mLovelace'], { env });
  expect(printed).toMatchObject({ code: 0, stderr: '' });
  expect(printed.stdout).toContain('Name:    Ada Lovelace');
  expect(printed.stdout).toContain('19 of 20 points, 95 %, on 2026-01-02');
  expect(isUnchanged(printed.stdout.trimEnd().split('\n'))).toBe(true);
  const output = join(folder, 'certificate.txt');
  expect(await run(['export', 'certificate', '--output', output], { env })).toMatchObject({
    code: 0,
    stdout: '',
  });
  expect(readFileSync(output, 'utf8')).not.toContain('Name:');
});

it('prints what a word means, and says when there is none', async () => {
  const found = await run(['glossary', 'TTL']);
  expect(found).toMatchObject({ code: 0, stderr: '' });
  expect(found.stdout).toMatch(/^TTL\n {2}Time to live/);
  expect(await run(['glossary', 'zzz'])).toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'The glossary has no word "zzz": web-stack-tutor glossary prints all\n',
  });
});

it('has nothing to review for a newcomer, and says what comes there', async () => {
  const { code, stdout } = await run(['review', '--plain'], { input: '' });
  expect({ code, stdout: stdout.trim() }).toEqual({
    code: 0,
    stdout: 'Nothing is to be reviewed: what you answer wrong comes here.',
  });
});

it('tells the review in the progress', async () => {
  const { stdout } = await run(['progress', '--json']);
  expect(JSON.parse(stdout).review).toEqual({ due: 0, scheduled: 0, next: null });
});
