import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Placement } from '../part.ts';
import { webFiles } from './conf-files/files.ts';

/** Log files inside the part's own folder. */
export const logFile = (at: Placement, name: 'access' | 'error' | 'trace'): string =>
  join(at.dir, 'logs', `${name}.log`);

/** Writes the configuration for either engine; a file that is there, perhaps edited, stays as it is. */
export const prepareWeb = async (at: Placement, options?: Parameters<typeof webFiles>[1]): Promise<void> => {
  for (const folder of ['conf', 'logs', 'temp']) await mkdir(join(at.dir, folder), { recursive: true });
  for (const [path, { text }] of webFiles(at, options)) {
    await writeFile(path, text, { flag: 'wx' }).catch((problem: NodeJS.ErrnoException) => {
      if (problem.code !== 'EEXIST') throw problem;
    });
  }
};
