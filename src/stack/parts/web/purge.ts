import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Placement } from '../part.ts';

/**
 * Empties the cache of a part that runs. nginx goes on knowing the keys, but a file that is gone counts as an
 * answer that is not there, and is fetched anew; folders stay, because it will want to write into them.
 */
export const purgeCache = async (at: Placement): Promise<void> => {
  const folder = join(at.dir, 'cache');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter(entry => entry.isFile());
  await Promise.all(files.map(({ parentPath, name }) => rm(join(parentPath, name), { force: true })));
};
