import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identityFiles } from '../../tls/places.ts';
import type { Placement } from '../part.ts';
import { webFiles, withTls } from './nginx-conf.ts';

/** Log files inside the part's own folder. */
export const logFile = (at: Placement, name: 'access' | 'error' | 'trace'): string =>
  join(at.dir, 'logs', `${name}.log`);

/** Writes the configuration for either engine; a file that is there, perhaps edited, stays as it is. */
export const prepareWeb = async (at: Placement, options?: Parameters<typeof webFiles>[1]): Promise<void> => {
  for (const folder of ['conf', 'logs', 'temp']) await mkdir(join(at.dir, folder), { recursive: true });
  const files = webFiles(at, options);
  // One that was removed comes back as it was.
  if (existsSync(join(at.dir, 'conf', identityFiles.key)))
    files['nginx.conf'] = withTls(files['nginx.conf'], at);
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(at.dir, 'conf', name), text, { flag: 'wx' }).catch(
      (problem: NodeJS.ErrnoException) => {
        if (problem.code !== 'EEXIST') throw problem;
      },
    );
  }
};
