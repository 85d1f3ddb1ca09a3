/** What the stack promises, as scripts that learners can run, on every engine. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { stackCases } from '../stack/engine-cases.ts';

const cli = fileURLToPath(new URL('../../dist/cli.mjs', import.meta.url));
const folder = new URL('./scripts/', import.meta.url);
const minutes = 5;

/** `# topology: NAME` in the first line says what it begins with. */
const topologyOf = (text: string): string => /^# topology: (\S+)/.exec(text)?.[1] ?? 'one-server';

for (const { name, engine, present } of stackCases)
  describe.skipIf(!present)(`${name} engines`, () => {
    it.each(readdirSync(folder))(
      '%s',
      async script => {
        const file = fileURLToPath(new URL(script, folder));
        const options = ['--engine', engine, '--topology', topologyOf(readFileSync(file, 'utf8'))];
        const child = spawn(process.execPath, [cli, 'lab', '--run', file, ...options], {
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        let output = '';
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', data => {
            output += data;
          });
        const code = await new Promise(resolve => child.once('close', resolve));
        expect(code, output).toBe(0);
      },
      minutes * 60_000,
    );
  });
