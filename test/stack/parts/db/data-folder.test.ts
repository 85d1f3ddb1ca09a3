import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { mkdir, mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataFolder } from '../../../../src/stack/parts/db/data-folder.ts';
import { complaint } from '../../../../src/stack/parts/db/flavour.ts';
import type { RunHelper } from '../../../../src/stack/parts/part.ts';
import { runAlone } from '../../../../src/stack/parts/programs.ts';

const label = 'OurSQL 1.2.3';
let home: string | undefined;
let root: string;
let made = 0;

beforeEach(async () => {
  home = process.env.WEB_STACK_TUTOR_HOME;
  root = await mkdtemp(join(tmpdir(), 'data-'));
  process.env.WEB_STACK_TUTOR_HOME = join(root, 'home');
  made = 0;
});
afterEach(async () => {
  process.env.WEB_STACK_TUTOR_HOME = home;
  await rm(root, { recursive: true, force: true });
});

const templates = (): string => join(root, 'home/cache/databases');
const template = (): string => join(templates(), 'OurSQL-1.2.3-2');

/** Stands for the program that makes a data directory. */
const maker = (script = 'mkdir -p "$1/mysql" && echo tables > "$1/mysql/db" && echo data > "$1/ibdata"') =>
  dataFolder({
    label,
    make: folder => ({ file: '/bin/sh', args: ['-c', script, 'sh', folder] }),
    complaint: complaint('oursqld'),
  });

const counting: RunHelper = (launch, why) => {
  made++;
  return runAlone(launch, why);
};

const isWhole = (folder: string): boolean =>
  readFileSync(join(folder, 'ibdata'), 'utf8') === 'data\n' &&
  readFileSync(join(folder, 'mysql/db'), 'utf8') === 'tables\n';

describe.skipIf(process.platform === 'win32')('a data directory (skipped: needs a shell)', () => {
  it('is made once and copied from then on', async () => {
    for (const name of ['a', 'b', 'c']) {
      await maker().copyTo(join(root, name), counting);
      expect(isWhole(join(root, name))).toBe(true);
    }
    expect(made).toBe(1);
    expect(readdirSync(templates())).toEqual(['OurSQL-1.2.3-2']);
  });

  it('is made by several tutors at once', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    await Promise.all(names.map(name => maker().copyTo(join(root, name), counting)));
    expect(names.every(name => isWhole(join(root, name)))).toBe(true);
    expect(readdirSync(templates())).toEqual(['OurSQL-1.2.3-2']);
  });

  it.each([
    ['bytes are missing', () => truncateSync(join(template(), 'bytes'), 1)],
    ['a byte is too many', () => appendFileSync(join(template(), 'bytes'), 'x')],
    ['the bytes are missing', () => rmSync(join(template(), 'bytes'))],
    ['the index is broken', () => truncateSync(join(template(), 'index.json'), 1)],
    ['the index is missing', () => rmSync(join(template(), 'index.json'))],
  ])('is made anew when of the template %s', async (_, damage) => {
    await maker().copyTo(join(root, 'a'), counting);
    damage();
    for (const name of ['b', 'c']) {
      await maker().copyTo(join(root, name), counting);
      expect(isWhole(join(root, name))).toBe(true);
    }
    expect(made).toBe(2);
  });

  it('is made anew, once, when the server did not start with it', async () => {
    const data = maker();
    await data.copyTo(join(root, 'a'), counting);
    expect(await data.renew()).toBe(true);
    expect(existsSync(template())).toBe(false);
    await data.copyTo(join(root, 'b'), counting);
    expect(made).toBe(2);
    expect(await data.renew()).toBe(false);
    expect(existsSync(template())).toBe(true);
  });

  it('that cannot be made is an error with the words of the program, and leaves nothing', async () => {
    const data = maker('echo "2026-11-21 21:54:48 0 [ERROR] [MY-010187] [Server] No space left"; exit 1');
    await expect(data.copyTo(join(root, 'a'), counting)).rejects.toThrow(
      /^OurSQL 1\.2\.3 could not make a data directory in .*: No space left$/,
    );
    expect(readdirSync(templates())).toEqual([]);
  });

  it('is made in its place where the cache cannot be written', async () => {
    await mkdir(join(root, 'home'));
    // A file in the way stops root, too.
    writeFileSync(join(root, 'home/cache'), '');
    await maker().copyTo(join(root, 'a'), counting);
    expect(isWhole(join(root, 'a'))).toBe(true);
    expect(made).toBe(1);
  });

  it('of a killed maker is removed when it is old', async () => {
    const old = `${template()}.new-killed`;
    const fresh = `${template()}.new-working`;
    for (const folder of [old, fresh]) await mkdir(folder, { recursive: true });
    const hourAgo = Date.now() / 1000 - 3600;
    await utimes(old, hourAgo, hourAgo);
    await maker().copyTo(join(root, 'a'), counting);
    expect([old, fresh].map(existsSync)).toEqual([false, true]);
  });
});
