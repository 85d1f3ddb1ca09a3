/** Every test file gets a temporary folder and a home of its own, and must leave no run directory behind. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';

const shared = tmpdir();
const own = mkdtempSync(join(shared, 'wstt-'));
process.env.TMPDIR = own;
process.env.WEB_STACK_TUTOR_HOME = join(own, 'home');

afterAll(() => {
  const left = readdirSync(own).filter(name => name.startsWith('wst-'));
  rmSync(own, { recursive: true, force: true });
  process.env.TMPDIR = shared;
  expect(left, 'run directories that a test left behind').toEqual([]);
});
