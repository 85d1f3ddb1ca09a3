import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, statSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../cache-folder.ts';
import type { PartEngine, RunHelper } from './part.ts';

/** What a search for an installed program came to: an engine, or the reason why there is none. */
export type Search =
  | { engine: PartEngine; file: string; reason?: undefined }
  | { engine?: undefined; reason: string };

/** Where servers are installed that an ordinary user's PATH does not name. */
const usualPlaces = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/local/mysql/bin',
  '/usr/libexec',
  '/opt/homebrew/bin',
  '/opt/homebrew/opt/mysql/bin',
  '/opt/local/sbin',
];

/** Folders to look in, the first first; `WEB_STACK_TUTOR_PROGRAMS`, spelled like PATH, replaces all of them. */
export const programPlaces = (): readonly string[] => {
  const { WEB_STACK_TUTOR_PROGRAMS: own, PATH = '' } = process.env;
  const places = own === undefined ? [...PATH.split(delimiter), ...usualPlaces] : own.split(delimiter);
  return [...new Set(places.filter(Boolean))];
};

/** The first of the named programs that is there. */
export const findProgram = (names: readonly string[], places: readonly string[]): string | undefined =>
  names.flatMap(name => places.map(place => join(place, name))).find(isProgram);

const isProgram = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
};

/** What a program prints, on either output, or the reason why it does not run. */
const printed = async (file: string, ...args: string[]): Promise<string> => {
  const env = { ...process.env, LC_ALL: 'C' };
  try {
    const { stdout, stderr } = await promisify(execFile)(file, args, { timeout: 10_000, env });
    return `${stdout}${stderr}`;
  } catch (error) {
    const {
      stdout = '',
      stderr = '',
      message,
    } = error as { stdout?: string; stderr?: string; message: string };
    return `${stdout}${stderr}` || message;
  }
};

/**
 * The first group of `pattern` in what the program prints. Kept in the user's cache for as long as the program's
 * file stays as it is: asking MariaDB costs a tenth of the whole start.
 */
export const versionOf = async (file: string, flag: string, pattern: RegExp): Promise<string | undefined> => {
  const { mtimeMs, size } = statSync(file);
  const key = createHash('sha256').update(`${file} ${mtimeMs} ${size}`).digest('hex').slice(0, 16);
  const kept = join(cacheFolder(), 'programs', key);
  const known = pattern.exec(await readFile(kept, 'utf8').catch(() => ''))?.[1];
  if (known) return known;
  const said = await printed(file, flag);
  const version = pattern.exec(said)?.[1];
  if (version) await keep(kept, said).catch(() => {});
  return version;
};

const keep = async (file: string, text: string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true });
  const making = `${file}.${process.pid}`;
  await writeFile(making, text);
  await rename(making, file);
};

/** Whether a version such as `10.11.14` is at least the other. */
export const isAtLeast = (version: string, least: string): boolean => {
  const numbers = (text: string): number[] => text.split('.').map(Number);
  const [ours, theirs] = [numbers(version), numbers(least)];
  const differing = theirs.findIndex((number, i) => (ours[i] ?? 0) !== number);
  return differing < 0 || (ours[differing] ?? 0) > (theirs[differing] ?? 0);
};

/** Without a guard: what it runs is ended by itself, or by the deadline. */
export const runAlone: RunHelper = ({ file, args, env }) =>
  new Promise(resolve => {
    execFile(file, args, { timeout: 60_000, env: { ...process.env, ...env } }, (error, stdout, stderr) =>
      resolve({
        code: error ? (typeof error.code === 'number' ? error.code : null) : 0,
        output: `${stdout}${stderr}` || (error?.message ?? ''),
      }),
    );
  });
