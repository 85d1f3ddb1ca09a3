/** Databases of one stack start at once, the first time too, when nothing has been made yet. */
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataFolder } from '../../../../src/stack/parts/db/data-folder.ts';
import { dbCases } from '../../engine-cases.ts';
import { placeDb } from './part.ts';

describe('the template of data folders', () => {
  it('is made once for all who need it at once', async () => {
    const root = await mkdtemp(join(tmpdir(), 'several-'));
    const home = process.env.WEB_STACK_TUTOR_HOME;
    process.env.WEB_STACK_TUTOR_HOME = join(root, 'home');
    try {
      let made = 0;
      const label = 'Test 1.0';
      const data = dataFolder({
        label,
        make: folder => {
          made++;
          const script =
            "const fs = require('node:fs'); fs.mkdirSync(process.argv[1]); fs.writeFileSync(process.argv[1] + '/x', 'x')";
          return { file: process.execPath, args: ['-e', script, folder] };
        },
        complaint: () => undefined,
      });
      await Promise.all(['a', 'b', 'c'].map(name => data.copyTo(join(root, name), undefined)));
      expect(made).toBe(1);
      for (const name of ['a', 'b', 'c']) expect(readdirSync(join(root, name))).toEqual(['x']);
    } finally {
      process.env.WEB_STACK_TUTOR_HOME = home;
      await rm(root, { recursive: true, force: true });
    }
  });
});

describe.each(dbCases)('databases that start at once: $name', ({ engine, present }) => {
  it.skipIf(!present)('do not disturb each other', async () => {
    await using a = await placeDb(engine, 'db-1');
    await using b = await placeDb(engine, 'db-2', a);
    await using c = await placeDb(engine, 'db-3', a);
    const all = [a, b, c];
    await Promise.all(all.map(db => db.start()));
    // Each has a place of its own for what it would otherwise leave where others clean up.
    const temporary = all.flatMap(db => engine.launch(db.at).args.filter(arg => arg.startsWith('--tmpdir=')));
    expect(new Set(temporary).size).toBe(engine.engine === 'installed' ? 3 : 0);
    await Promise.all(all.map(db => db.stop('SIGKILL')));
    await Promise.all(all.map(db => db.start()));
  });
});
