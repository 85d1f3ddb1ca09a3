import { cpSync, mkdirSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SiteModule } from './contract.ts';

export interface Build extends SiteModule {
  /** Real path of the copy that runs. */
  dir: string;
}

/** The application files cannot be run; the message is one line and begins with `file:line: ` where it is known. */
export class SiteError extends Error {
  override name = 'SiteError';
}

/**
 * Returns what loads the site anew. Modules stay in Node's cache for the life of the process, and a query
 * string on the import would refresh the first file only, so every load imports from a copy of its own.
 */
export const createBuilds = (siteDir: string, buildDir: string): (() => Promise<Build>) => {
  let number = 0;
  return async () => {
    number += 1;
    if (number === 1) rmSync(buildDir, { recursive: true, force: true });
    // A few small files: sooner copied than handed to other threads.
    mkdirSync(join(buildDir, String(number)), { recursive: true });
    const dir = join(realpathSync(buildDir), String(number));
    for (const name of readdirSync(siteDir))
      if (name !== 'public') cpSync(join(siteDir, name), join(dir, name), { recursive: true });
    // Without it Node would have to guess whether a .js file is a module.
    writeFileSync(join(dir, 'package.json'), '{"type":"module"}\n');
    try {
      const loaded = (await import(pathToFileURL(join(dir, 'app.js')).href)) as Partial<SiteModule>;
      if (typeof loaded.default !== 'function')
        throw new SiteError('app.js: its default export must be a function');
      return { default: loaded.default, version: String(loaded.version ?? 'unknown'), dir };
    } catch (error) {
      throw error instanceof SiteError ? error : new SiteError(await explain(error, dir));
    }
  };
};

/** The lines of an error's stack that lie in the site, such as `show (pages/guestbook.js:9:28)`. */
export const siteFrames = (error: unknown, dir: string): string[] => {
  const root = `${pathToFileURL(dir).href}/`;
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack
    .split('\n')
    .filter(line => line.trimStart().startsWith('at ') && line.includes(root))
    .map(line => line.trim().slice('at '.length).replace('async ', '').replace(root, ''));
};

const explain = async (error: unknown, dir: string): Promise<string> => {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const place =
    /([^\s(]+:\d+):\d+\)?$/.exec(siteFrames(error, dir)[0] ?? '')?.[1] ??
    headOfStack(error, dir) ??
    (error instanceof SyntaxError ? await findSyntaxError(dir) : undefined);
  const line = text.replaceAll(dir + sep, '').replaceAll(/\s+/g, ' ');
  return place ? `${place}: ${line}` : line;
};

/** An error of linking has its place in the stack's first line. */
const headOfStack = (error: unknown, dir: string): string | undefined => {
  const head = error instanceof Error ? (error.stack ?? '').split('\n', 1)[0] : undefined;
  const root = `${pathToFileURL(dir).href}/`;
  return head?.startsWith(root) ? head.slice(root.length) : undefined;
};

/** Node tells the place of a syntax error in a module to nobody but its own standard error. */
const findSyntaxError = async (dir: string): Promise<string | undefined> => {
  // Only a broken site needs it, and it is the heaviest module of this process after mysql2.
  const { execFile } = await import('node:child_process');
  for (const file of await readdir(dir, { recursive: true })) {
    if (!/\.m?js$/.test(file)) continue;
    const output = await new Promise<string>(resolve =>
      execFile(process.execPath, ['--check', join(dir, file)], (_, __, stderr) => resolve(stderr)),
    );
    const line = new RegExp(`${basename(file).replaceAll('.', '\\.')}:(\\d+)$`, 'm').exec(output)?.[1];
    if (line) return `${file.replaceAll(sep, '/')}:${line}`;
  }
  return undefined;
};
