import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase } from '../../../../src/stack/database.ts';
import { siteFolder } from '../../../../src/stack/entries.ts';
import { giveSite, siteFiles } from '../../../../src/stack/site-files.ts';
import { until } from '../../../until.ts';
import { dbCases } from '../../engine-cases.ts';
import { startAppProcess } from '../../parts/app/app-process.ts';
import { placeDb } from '../../parts/db/part.ts';
import { schema } from '../v1/site.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'site-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const contents = async (folder: string): Promise<Record<string, string>> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter(entry => !entry.isDirectory())
    .map(entry => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(files.map(async path => [relative(folder, path), await readFile(path, 'utf8')])),
  );
};

describe('version 2 of the site', () => {
  it('is what differs, and nothing else', async () => {
    const [first, second] = [await contents(siteFolder('v1')), await contents(siteFolder('v2'))];
    for (const [name, text] of Object.entries(second)) expect(text, name).not.toBe(first[name]);
    expect(Object.keys(second).every(name => name in first)).toBe(true);
    const [old, fresh] = [first, second].map(files => (files[join('public', 'style.css')] ?? '').split('\n'));
    const changed = fresh?.filter((line, index) => line !== old?.[index]) ?? [];
    expect(changed.map(line => line.split(':')[0])).toEqual(['  --accent', '  --on-accent']);
  });

  it.each(['v1', 'v2'] as const)('gets to a new server as %s whole', async version => {
    const dir = join(root, 'new');
    giveSite(version, dir);
    const expected = {
      ...(await contents(siteFolder('v1'))),
      ...(version === 'v2' && (await contents(siteFolder('v2')))),
    };
    expect(await contents(dir)).toEqual(expected);
    expect([...siteFiles(version).keys()].sort()).toEqual(Object.keys(expected).sort());
  });

  it('takes the place of the other one, with whatever learners have left there, and touches nothing twice', async () => {
    const dir = join(root, 'site');
    const mine = join(root, 'mine');
    await mkdir(mine);
    await writeFile(join(mine, 'kept.txt'), 'mine');
    giveSite('v1', dir);
    const logo = join(dir, 'public/logo.svg');
    const before = (await stat(logo)).mtimeMs;
    await writeFile(join(dir, 'pages/extra.js'), '');
    await writeFile(join(dir, 'pages/home.js'), 'edited');
    await rm(join(dir, 'html.js'));
    await symlink(join(mine, 'kept.txt'), join(dir, 'html.js'));
    await symlink(mine, join(dir, 'linked'));
    await rm(join(dir, 'view.js'));
    await mkdir(join(dir, 'view.js'));
    await writeFile(join(dir, 'view.js/inside'), '');
    giveSite('v2', dir);
    const whole = join(root, 'whole');
    giveSite('v2', whole);
    expect(await contents(dir)).toEqual(await contents(whole));
    expect((await stat(logo)).mtimeMs).toBe(before);
    expect(await contents(mine)).toEqual({ 'kept.txt': 'mine' });
    giveSite('v1', dir);
    expect(await contents(dir)).toEqual(await contents(siteFolder('v1')));
  });
});

describe.each(dbCases)('both versions on the database: $name', ({ engine, present }) => {
  it.skipIf(!present)('work beside each other with the same data, and tell which they are', async () => {
    await using db = await placeDb(engine);
    await db.start();
    await createDatabase(() => db.at).refill(await schema());
    const access = { databases: [db.at.listen], ...db.at.accounts.web, database: 'foobar' };
    const apps = await Promise.all(
      (['v1', 'v2'] as const).map(version => {
        giveSite(version, join(root, version));
        return startAppProcess({}, { siteDir: join(root, version), ...access });
      }),
    );
    const [one, two] = apps;
    if (!one || !two) throw new Error('no app');
    try {
      expect(
        (await two.ask('/guestbook', { form: { name: 'Mia', message: 'from the new one' } })).status,
      ).toBe(303);
      expect(
        (await one.ask('/guestbook', { form: { name: 'Jonas', message: 'from the old one' } })).status,
      ).toBe(303);
      const [old, fresh] = [await one.ask('/guestbook'), await two.ask('/guestbook')];
      expect([old.headers['x-version'], fresh.headers['x-version']]).toEqual(['v1', 'v2']);
      expect([old.body, fresh.body].map(body => /version (v\d)/.exec(body)?.[1])).toEqual(['v1', 'v2']);
      for (const { body } of [old, fresh]) expect(body).toMatch(/from the old one[\s\S]*from the new one/);
      expect(old.body).not.toContain('entries so far');
      expect(fresh.body).toContain('6 entries so far');
      // The way from one to the other: new files, and a reload.
      giveSite('v2', join(root, 'v1'));
      one.process.kill('SIGHUP');
      await until(async () => (await one.ask('/health')).headers['x-version'] === 'v2');
    } finally {
      for (const app of apps) await app.end();
    }
  });
});
