import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Version } from './deploy/order.ts';
import { siteFolder } from './entries.ts';

/** What each version is made of: later folders replace files of earlier ones. */
const layers: Record<Version, readonly Version[]> = { v1: ['v1'], v2: ['v1', 'v2'] };

const filesBelow = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(dir, join(entry.parentPath, entry.name)));

/** The application files of a version: their paths below the site, and where each comes from. */
export const siteFiles = (version: Version): Map<string, string> =>
  new Map(
    layers[version].flatMap(layer =>
      filesBelow(siteFolder(layer)).map(name => [name, join(siteFolder(layer), name)] as const),
    ),
  );

/** Puts a version into the site's folder of a server; what is not of it goes away. */
export const giveSite = (version: Version, siteDir: string): void => {
  if (version === 'v1' && !existsSync(siteDir)) {
    // A few small files: sooner copied than handed to other threads.
    mkdirSync(dirname(siteDir), { recursive: true });
    cpSync(siteFolder('v1'), siteDir, { recursive: true });
    return;
  }
  const files = siteFiles(version);
  // In this order, so that the web server misses none of them meanwhile.
  for (const [name, source] of files) {
    const target = join(siteDir, name);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(source, target);
  }
  for (const name of filesBelow(siteDir)) if (!files.has(name)) rmSync(join(siteDir, name));
};
