/** The course that docs/authoring.md shows does what it says: blocks, predictions, and its challenge. */
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { run } from './commands/cli.ts';

const course = fileURLToPath(new URL('../docs/example-course', import.meta.url));

it('the example course holds on embedded engines', async () => {
  const { code, stdout, stderr } = await run(['check', course, '--run', '--engine', 'embedded']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  expect(stderr).toContain('running quizzes/first-steps.md #mend-it');
}, 120_000);
