/** The application files of each version of the site, and the way they get to a server. */
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Version } from './deploy/order.ts';
import { siteFolder } from './entries.ts';

/** What each version is made of: later folders replace files of earlier ones. */
const layers: Readonly<Record<Version, readonly Version[]>> = { v1: ['v1'], v2: ['v1', 'v2'] };

/** The application files of a version: their paths below the site, and where each comes from. */
export const siteFiles = (version: Version): Map<string, string> =>
  new Map(
    layers[version]
      .map(siteFolder)
      .flatMap(folder => filesIn(folder).map(path => [relative(folder, path), path] as const)),
  );

/**
 * Puts a version into the site's folder of a server; what is not of it goes away. Each file is either the old or the
 * new one at any moment, and one that is the same already stays as it is. A link is replaced, never followed.
 */
export const giveSite = (version: Version, siteDir: string): void => {
  if (!existsSync(siteDir)) {
    // A few small files: sooner copied than handed to other threads.
    mkdirSync(dirname(siteDir), { recursive: true });
    for (const layer of layers[version]) cpSync(siteFolder(layer), siteDir, { recursive: true });
    return;
  }
  const files = siteFiles(version);
  for (const path of filesIn(siteDir))
    if (!files.has(relative(siteDir, path)) || !lstatSync(path).isFile()) rmSync(path);
  for (const [name, source] of files) put(join(siteDir, name), readFileSync(source));
};

const put = (path: string, content: Buffer): void => {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isFile() && readFileSync(path).equals(content)) return;
  if (found?.isDirectory()) rmSync(path, { recursive: true });
  mkdirSync(dirname(path), { recursive: true });
  const fresh = `${path}.new`;
  writeFileSync(fresh, content);
  renameSync(fresh, path);
};

/** With links, which are not followed: Node's own recursive reading does. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : [path];
  });
