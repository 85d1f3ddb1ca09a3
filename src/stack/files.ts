/** Files of parts that learners may have changed, replaced by links, or removed. */
import { lstat, mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Placement } from './parts/part.ts';

/** Paths of all files below a folder; none when it is missing. */
export const tree = async (dir: string): Promise<string[]> => {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter(entry => !entry.isDirectory()).map(entry => join(entry.parentPath, entry.name));
};

/** The folders between the part's (or the site's) and the file, outermost first, and the file. */
const stepsTo = (path: string, { dir, siteDir }: Placement): string[] => {
  const root = path.startsWith(join(siteDir, sep)) ? siteDir : dir;
  const names = relative(root, path).split(sep);
  return names.map((_, index) => join(root, ...names.slice(0, index + 1)));
};

/** Neither a link nor behind one: learners' own files, to which they have linked, are not ours to read or write. */
export const isPlain = async (path: string, at: Placement): Promise<boolean> => {
  const steps = stepsTo(path, at);
  const found = await Promise.all(steps.map(step => lstat(step).catch(() => undefined)));
  return found.every((stats, index) => (index < steps.length - 1 ? stats?.isDirectory() : stats?.isFile()));
};

/** Its text; nothing when it is missing, or is not ours to read. */
export const readPlain = async (path: string, at: Placement): Promise<string | undefined> =>
  (await isPlain(path, at)) ? readFile(path, 'utf8').catch(() => undefined) : undefined;

/** Whatever stands in its place or on the way to it. */
export const putFile = async (
  path: string,
  { content, mode }: { content: Buffer | string; mode?: number },
  at: Placement,
): Promise<void> => {
  for (const step of stepsTo(path, at)) {
    const stats = await lstat(step).catch(() => undefined);
    if (stats && (step === path ? !stats.isFile() : !stats.isDirectory()))
      await rm(step, { recursive: true });
  }
  await mkdir(dirname(path), { recursive: true });
  if (mode === undefined) return writeFile(path, content);
  // Only a new file gets the permissions, and with them from its first moment.
  await rm(path, { force: true });
  await writeFile(path, content, { mode });
};

/** In bytes, together. */
export const sizeOf = async (files: readonly string[]): Promise<number> => {
  const sizes = await Promise.all(
    files.map(file =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
};

/**
 * Without taking the files away from the processes that append to them. Not the folders below: what ends in
 * `.log` among the data of a database is no log for people.
 */
export const emptyLogs = async (dir: string): Promise<void> => {
  const logs = (await readdir(dir).catch(() => [])).filter(name => name.endsWith('.log'));
  for (const name of logs) {
    const handle = await open(join(dir, name), 'r+').catch(() => undefined);
    await handle?.truncate(0);
    await handle?.close();
  }
};
