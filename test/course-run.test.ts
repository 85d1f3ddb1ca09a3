/** Every lab block and prediction of the built-in course, on every engine: what the lessons say is what happens. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { stackCases } from './stack/engine-cases.ts';

const cli = fileURLToPath(new URL('../dist/cli.mjs', import.meta.url));
const minutes = 8;

for (const { name, engine, present } of stackCases)
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
