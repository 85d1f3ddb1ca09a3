import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { withLock } from './lock.ts';
import type { Progress } from './progress.ts';
import { type Reading, readDocument } from './schema.ts';

export interface Disk {
  /** Of the file. */
  path: string;
  /** Without the lock: the file is only ever replaced as a whole. `undefined` when there is none. */
  read(): Reading | undefined;
  /**
   * Reads the file, has it changed and writes it, all under the lock. What cannot be used is set aside first;
   * then `notice` says so. Throws when it cannot be written; the file is then as it was.
   */
  update(change: (kept: Progress | undefined) => Progress): Promise<{ progress: Progress; notice?: string }>;
}

/** `home` instead of the folder that the system has for such files. Throws when there is no place for one. */
export async function openDisk(home: string | undefined): Promise<Disk> {
  const draft = await openDraft(home);
  const folder = dirname(draft.path);
  const path = join(folder, 'progress.json');
  let swept = false;

  return {
    path,
    read: () => read(path),
    update: async change => {
      mkdirSync(folder, { recursive: true });
      return withLock(join(folder, 'progress.lock'), () => {
        if (!swept) sweep(draft.path);
        swept = true;
        const reading = read(path);
        const kept = reading?.kind === 'progress' ? reading.progress : undefined;
        const progress = change(kept);
        const changed = !isDeepStrictEqual(kept, progress);
        if (changed) write(draft, progress);
        return () => {
          // Not before the new file is written: what cannot be replaced stays where the learner knows it.
          const notice = reading && reading.kind !== 'progress' ? setAside(path, reading) : undefined;
          if (changed) renameSync(draft.path, path);
          return notice === undefined ? { progress } : { progress, notice };
        };
      });
    },
  };
}

interface Draft {
  path: string;
  store: Record<string, unknown>;
}

/**
 * conf knows the folder of each system, makes it, and writes with mode and fsync. It writes a draft and not
 * the file itself, because of a full disk: conf 16 does not notice when only the first part of its text was
 * taken, and puts that part in the place of the whole file (measured on a small tmpfs).
 */
async function openDraft(home: string | undefined): Promise<Draft> {
  // conf asks for the home folder while it loads: it fails where there is none, and with an empty HOME it would
  // write below the folder that the learner happens to be in.
  if (!hasHome()) {
    if (!home) throw new Error('there is no home folder');
    process.env.HOME = home;
  }
  const { Conf } = await import('./conf.ts');
  return new Conf<Record<string, unknown>>({
    projectName: 'web-stack-tutor',
    projectSuffix: '',
    configName: 'progress.draft',
    configFileMode: 0o600,
    accessPropertiesByDotNotation: false,
    serialize,
    // A draft is never read as progress, and one that a killed tutor left behind is no error.
    deserialize: () => ({}),
    ...(home && { cwd: home }),
  });
}

function hasHome(): boolean {
  try {
    return isAbsolute(homedir());
  } catch {
    return false;
  }
}

function serialize(document: object): string {
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function write(draft: Draft, progress: Progress): void {
  draft.store = { ...progress };
  if (readFileSync(draft.path, 'utf8') === serialize(progress)) return;
  rmSync(draft.path, { force: true });
  throw new Error('the disk is full');
}

function read(path: string): Reading | undefined {
  try {
    return readDocument(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (error instanceof SyntaxError) return { kind: 'corrupt', reason: 'it is not JSON' };
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function setAside(path: string, reading: Exclude<Reading, { kind: 'progress' }>): string {
  const time = new Date().toISOString().replaceAll(':', '-');
  const aside = path.replace(/\.json$/, `-${time}.${reading.kind}.json`);
  renameSync(path, aside);
  return reading.kind === 'newer'
    ? `The progress file is from a newer web-stack-tutor (version ${reading.version} of the file) and was set aside as ${aside}: update web-stack-tutor and rename it to ${basename(path)} to go on with it.`
    : `The progress file cannot be used (${reading.reason}) and was set aside as ${aside}; a new one is begun.`;
}

/** Removes what a tutor that was killed while writing has left. */
function sweep(draftPath: string): void {
  for (const name of readdirSync(dirname(draftPath))) {
    if (name.startsWith(`${basename(draftPath)}.tmp-`))
      rmSync(join(dirname(draftPath), name), { force: true });
  }
}
