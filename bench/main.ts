/** `npm run bench`: two things measured in one run, and their ratio beside its bound. Exit 1 when one is missed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchDatabase } from './database.ts';
import { benchLab } from './lab.ts';
import { benchLargest } from './largest.ts';
import type { Result } from './measure.ts';
import { benchMemory, benchTrace } from './stack.ts';
import { benchStart } from './start.ts';
import { benchTraffic } from './traffic.ts';
import { benchWeb } from './web.ts';

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const env: Record<string, string> = {
  ...(process.env as Record<string, string>),
  WEB_STACK_TUTOR_HOME: join(folder, 'home'),
  NODE_COMPILE_CACHE: join(folder, 'cache'),
};
delete env.CI;

const report = (result: Result): boolean => {
  if ('skipped' in result) {
    console.log(`  -   ${result.name}: ${result.skipped}`);
    return true;
  }
  const { name, ratio, bound, detail } = result;
  const holds = 'atMost' in bound ? ratio <= bound.atMost : ratio >= bound.atLeast;
  const limit = 'atMost' in bound ? `at most ${bound.atMost}` : `at least ${bound.atLeast}`;
  console.log(`${holds ? 'ok  ' : 'MISS'}  ${ratio.toFixed(2).padStart(6)}  (${limit})  ${name}: ${detail}`);
  return holds;
};

try {
  let held = true;
  for (const bench of [
    () => benchStart(env),
    () => benchMemory(env),
    benchTrace,
    benchWeb,
    benchDatabase,
    () => benchLargest(env),
    benchTraffic,
    () => benchLab(env),
  ])
    for (const result of [await bench()].flat()) held = report(result) && held;
  process.exitCode = held ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
