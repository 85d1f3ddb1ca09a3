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

/** A later version has only those files that differ from the one before. */
const layers: Readonly<Record<Version, readonly string[]>> = { v1: ['v1'], v2: ['v1', 'v2'] };

/** Where the files of a version are, by their paths inside a server's site folder. */
export const siteFiles = (version: Version): ReadonlyMap<string, string> =>
  new Map(
    layers[version]
      .map(siteFolder)
      .flatMap(folder => filesIn(folder).map(path => [relative(folder, path), path])),
  );

/**
 * Gives a server's site folder exactly the files of a version. Each is either the old or the new one at any moment;
 * one that is the same already stays as it is. A link is replaced, never followed.
 */
export const writeSite = (version: Version, into: string): void => {
  if (!existsSync(into)) {
    for (const layer of layers[version]) cpSync(siteFolder(layer), into, { recursive: true });
    return;
  }
  const files = siteFiles(version);
  for (const path of filesIn(into))
    if (!files.has(relative(into, path)) || !lstatSync(path).isFile()) rmSync(path);
  for (const [name, source] of files) put(join(into, name), readFileSync(source));
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
