import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { cacheFolder } from '../../cache-folder.ts';
import { StackError } from '../../stack.ts';
import type { Launch, RunHelper } from '../part.ts';
import { runAlone } from '../programs.ts';
import { errorLine } from './flavour.ts';

interface Options {
  /** Program and version, such as `MariaDB 10.11.14`: what a data directory can be used by. */
  label: string;
  make(folder: string): Launch;
}

export interface DataFolder {
  /** Puts a fresh data directory there. Throws StackError when none can be made. */
  copyTo(folder: string, run: RunHelper | undefined): Promise<void>;
  /** Throws the template away, once: whether it may have been the reason of a failure. */
  renew(): Promise<boolean>;
}

/** Counts changes of how the template is made. */
const generation = 1;
/** A maker that is still at work after this long was killed. */
const abandonedMs = 10 * 60_000;

/**
 * Making a data directory takes half a second, copying one 20 ms: so one of each server version is kept in the
 * user's cache. Beside it stands a list of its files, by which a copy is known to be whole. Several tutors may
 * make it at once: each in a folder of its own, and the first to finish gives it its name.
 */
export const dataFolder = ({ label, make }: Options): DataFolder => {
  const templates = (): string => join(cacheFolder(), 'databases');
  const template = (): string => join(templates(), `${label.replaceAll(' ', '-')}-${generation}`);
  let renewed = false;

  const initialise = async (folder: string, run: RunHelper): Promise<void> => {
    const { code, output } = await run(make(folder), `${label} makes its first data directory`);
    if (code === 0) return;
    throw new StackError(
      `${label} could not make a data directory in ${folder}: ${errorLine(output) ?? lastLine(output)}`,
    );
  };

  const makeTemplate = async (run: RunHelper): Promise<void> => {
    removeAbandoned(template());
    const folder = mkdtempSync(`${template()}.new-`);
    try {
      await initialise(join(folder, 'data'), run);
      writeFileSync(join(folder, 'files'), listOf(join(folder, 'data')));
      renameSync(folder, template());
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      // Another tutor was faster, and its template is as good.
      if (!existsSync(template())) throw error;
    }
  };

  const copy = (folder: string): boolean => {
    try {
      const list = readFileSync(join(template(), 'files'), 'utf8');
      cpSync(join(template(), 'data'), folder, { recursive: true });
      if (listOf(folder) === list) return true;
    } catch {
      // Missing, or taken away while it was read.
    }
    rmSync(folder, { recursive: true, force: true });
    return false;
  };

  return {
    copyTo: async (folder, run = runAlone) => {
      if (copy(folder)) return;
      try {
        mkdirSync(templates(), { recursive: true, mode: 0o700 });
        discard(template());
        await makeTemplate(run);
        if (copy(folder)) return;
      } catch (error) {
        if (error instanceof StackError) throw error;
        // A cache that cannot be written costs time, nothing else.
      }
      await initialise(folder, run);
    },
    renew: async () => {
      if (renewed) return false;
      renewed = true;
      return discard(template());
    },
  };
};

/** One line for each file: its size in bytes and its path. */
const listOf = (folder: string): string =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map(path => ({ path, stat: statSync(join(folder, path)) }))
    .flatMap(({ path, stat }) => (stat.isFile() ? [`${stat.size} ${path}\n`] : []))
    .join('');

/** Out of everybody's way first, because removing takes a while; whether it was there. */
const discard = (template: string): boolean => {
  if (!existsSync(template)) return false;
  const away = mkdtempSync(`${template}.old-`);
  renameSync(template, join(away, 'template'));
  rmSync(away, { recursive: true, force: true });
  return true;
};

const removeAbandoned = (template: string): void => {
  const folder = join(template, '..');
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${basename(template)}.`)) continue;
    const path = join(folder, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > abandonedMs) rmSync(path, { recursive: true, force: true });
  }
};

const lastLine = (output: string): string => output.trimEnd().split('\n').at(-1) || 'it said nothing';
