import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { StackCase } from '../stack/engine-cases.ts';

const cli = fileURLToPath(new URL('../../dist/cli.mjs', import.meta.url));
const minutes = 10;

/** Every lab block, prediction and challenge of the built-in course: what the lessons say is what happens. */
export const runCourseOn = ({ name, engine, present }: StackCase): void =>
  it.skipIf(!present)(
    `the course holds on ${name} engines`,
    async () => {
      const child = spawn(process.execPath, [cli, 'check', '--run', '--engine', engine]);
      let output = '';
      child.stderr.on('data', data => {
        output += data;
      });
      const code = await new Promise(resolve => child.once('close', resolve));
      expect(output).toMatch(/, 0 problems\n$/);
      expect(code).toBe(0);
    },
    minutes * 60_000,
  );
