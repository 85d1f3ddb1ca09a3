import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cacheFolder } from '../../cache-folder.ts';
import { StackError } from '../../stack.ts';
import type { Launch, RunHelper } from '../part.ts';
import { runAlone } from '../programs.ts';
import { pack, unpack } from './packed-folder.ts';

interface Options {
  /** Program and version, such as `MariaDB 10.11.14`: what a data directory can be used by. */
  label: string;
  make(folder: string): Launch;
  /** Folders in it that nobody here needs: half of the time that a copy takes goes to its many small files. */
  needless?: readonly string[];
  /** The line in the output of a maker that failed that says why. */
  complaint(output: string): string | undefined;
}

export interface DataFolder {
  /** Puts a fresh data directory there. Throws StackError when none can be made. */
  copyTo(folder: string, run: RunHelper | undefined): Promise<void>;
  /** Throws the template away, once: whether it may have been the reason of a failure. */
  renew(): Promise<boolean>;
}

/** Counts changes of how the template is made. */
const generation = 2;
/** A maker that is still at work after this long was killed. */
const abandonedMs = 10 * 60_000;

/**
 * Making a data directory takes half a second, copying one 10 ms: so one of each server version is kept in the
 * user's cache, packed. Several tutors may make it at once: each in a folder of its own, and the first to finish
 * gives it its name.
 */
export const dataFolder = ({ label, make, needless = [], complaint }: Options): DataFolder => {
  const templates = (): string => join(cacheFolder(), 'databases');
  const template = (): string => join(templates(), `${label.replaceAll(' ', '-')}-${generation}`);
  let renewed = false;
  let making: Promise<void> | undefined;

  const initialise = async (folder: string, run: RunHelper): Promise<void> => {
    const { code, output } = await run(make(folder), `${label} makes its first data directory`);
    if (code === 0) {
      for (const name of needless) rmSync(join(folder, name), { recursive: true, force: true });
      return;
    }
    throw new StackError(
      `${label} could not make a data directory in ${folder}: ${complaint(output) ?? lastLine(output)}`,
    );
  };

  const makeTemplate = async (run: RunHelper): Promise<void> => {
    removeAbandoned(template());
    const folder = mkdtempSync(`${template()}.new-`);
    try {
      const data = join(folder, 'data');
      await initialise(data, run);
      pack(data, folder);
      rmSync(data, { recursive: true });
      renameSync(folder, template());
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      // Another tutor was faster, and its template is as good.
      if (!existsSync(template())) throw error;
    }
  };

  const replaceTemplate = async (run: RunHelper): Promise<void> => {
    discard(template());
    await makeTemplate(run);
  };

  const copy = (folder: string): boolean => {
    try {
      unpack(template(), folder);
      return true;
    } catch {
      // Missing, not whole, or taken away while it was read.
      rmSync(folder, { recursive: true, force: true });
      return false;
    }
  };

  return {
    copyTo: async (folder, run = runAlone) => {
      if (copy(folder)) return;
      try {
        mkdirSync(templates(), { recursive: true, mode: 0o700 });
        // Several databases of one stack start at once: one of them makes it for all.
        making ??= replaceTemplate(run).finally(() => {
          making = undefined;
        });
        await making;
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
