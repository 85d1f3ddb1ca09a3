/** The installed engines, started by an account that is nobody special. */
import { execFile, spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stackCases } from './engine-cases.ts';

/** `nobody` of most systems; any account that owns nothing will do. */
const account = { uid: 65534, gid: 65534 };
const root = fileURLToPath(new URL('../..', import.meta.url));
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const cli = join(root, 'dist/cli.mjs');
const everyPart = fileURLToPath(new URL('./fixtures/every-part.lab', import.meta.url));
const contracts = ['test/stack/parts/db/contract.test.ts', 'test/stack/parts/web/contract/generated.test.ts'];

/** Why this cannot be tried here. */
const hindrance = (): string | undefined => {
  if (process.getuid?.() !== 0) return 'is one already: not run by root';
  const reads = spawnSync(process.execPath, ['-e', 'fs.readFileSync(process.argv[1])', vitest], {
    ...account,
    cwd: '/',
  });
  return reads.status === 0 ? undefined : 'others may not read the checkout';
};
const hindered = hindrance();

describe.skipIf(hindered)(`an ordinary user${hindered ? ` (skipped: ${hindered})` : ''}`, () => {
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'user-'));
    // The temporary folder of this test file is root's own.
    await chmod(tmpdir(), 0o755);
    for (const name of ['', 'tmp', 'config', 'cache']) {
      await mkdir(join(home, name), { recursive: true });
      await chown(join(home, name), account.uid, account.gid);
    }
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  const run = (...args: string[]): Promise<{ code: number; output: string }> =>
    new Promise(resolve => {
      const env = {
        PATH: process.env.PATH ?? '',
        HOME: home,
        TMPDIR: join(home, 'tmp'),
        XDG_CONFIG_HOME: join(home, 'config'),
        XDG_CACHE_HOME: join(home, 'cache'),
      };
      execFile(process.execPath, args, { ...account, cwd: root, env }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code ?? 1) : 0, output: `${stdout}${stderr}` }),
      );
    });

  it('passes the contracts of the parts', { timeout: 300_000 }, async () => {
    // The default loader of the configuration writes beside it.
    const { code, output } = await run(vitest, 'run', '--configLoader', 'runner', ...contracts);
    expect(code, output).toBe(0);
    for (const contract of contracts) expect(output).toContain(contract);
  });

  describe.each(stackCases)('whose engines are $name', ({ engine, present }) => {
    it.skipIf(!present)('runs every part', { timeout: 300_000 }, async () => {
      const { code, output } = await run(cli, 'lab', '--run', everyPart, '--engine', engine);
      expect(code, output).toBe(0);
    });
  });
});
