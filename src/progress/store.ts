import { randomInt } from 'node:crypto';
import { type Disk, openDisk } from './disk.ts';
import { applyEvents, type ProgressEvent } from './events.ts';
import { merge } from './merge.ts';
import { emptyProgress, type Progress } from './progress.ts';

/*
 * Import this file when the first frame is on screen: conf and zod take longer to load than the frame.
 */

export interface ProgressStore {
  /** The file; `undefined` when there is no place to keep one. */
  readonly path: string | undefined;
  /** What went wrong while opening: sentences for the learner. */
  readonly notices: readonly string[];
  /** All that is known, the events still on their way to the disk included. */
  progress(): Progress;
  /** Resolves, never rejects, when the events are on disk, or when that failed: then with a sentence, once. */
  record(...events: ProgressEvent[]): Promise<string | undefined>;
  /** Resolves when nothing is on its way any more; for the way out. */
  settled(): Promise<void>;
}

/** Never fails: where nothing can be kept, learning goes on in memory. */
export async function openProgress(home = process.env.WEB_STACK_TUTOR_HOME): Promise<ProgressStore> {
  const disk = await openDisk(home).catch((error: Error) => nowhere(error));
  /** What was on disk the last time, and all that could not be written. */
  let known = emptyProgress(randomInt(2 ** 31));
  /** Taken for the write that is under way; those behind it wait for the next. */
  let taken: ProgressEvent[] = [];
  let waiting: ProgressEvent[] = [];
  let next: Promise<string | undefined> | undefined;
  let last: Promise<string | undefined> = Promise.resolve(undefined);
  let failing = false;

  const take = () => {
    taken = [...taken, ...waiting];
    waiting = [];
    next = undefined;
  };

  const write = async (): Promise<string | undefined> => {
    try {
      // Events that arrive while the lock is waited for still go with this write.
      const { progress, notice } = await disk.update(kept => {
        take();
        return applyEvents(kept ? merge(kept, known) : known, taken);
      });
      known = progress;
      failing = false;
      return notice;
    } catch (error) {
      take();
      known = applyEvents(known, taken);
      return failure(error as NodeJS.ErrnoException);
    } finally {
      taken = [];
    }
  };

  /** Said once, until a write succeeds again. */
  const failure = (error: NodeJS.ErrnoException): string | undefined => {
    if (failing) return undefined;
    failing = true;
    const where = disk.path === undefined ? '' : ` in ${disk.path}`;
    return `Progress cannot be kept${where} (${reason(error)}) and lasts only until you leave: set WEB_STACK_TUTOR_HOME to a folder that can be written.`;
  };

  const record = async (...events: ProgressEvent[]): Promise<string | undefined> => {
    if (events.length === 0) return undefined;
    waiting = [...waiting, ...events];
    if (next === undefined) {
      next = last.then(write);
      last = next;
    }
    return next;
  };

  /** The sentence for the learner, if there is one. */
  const open = async (): Promise<string | undefined> => {
    try {
      const reading = disk.read();
      // Writing sets aside what cannot be used.
      if (reading && reading.kind !== 'progress') return await write();
      if (reading) known = reading.progress;
      return undefined;
    } catch (error) {
      return failure(error as NodeJS.ErrnoException);
    }
  };
  const notice = await open();

  return {
    path: disk.path,
    notices: notice === undefined ? [] : [notice],
    progress: () => applyEvents(known, [...taken, ...waiting]),
    record,
    settled: async () => {
      while (taken.length + waiting.length > 0) await last;
    },
  };
}

/** Where progress is kept, or would be; `undefined` when there is no place for it. */
export async function progressFile(home = process.env.WEB_STACK_TUTOR_HOME): Promise<string | undefined> {
  return openDisk(home).then(
    disk => disk.path,
    () => undefined,
  );
}

function nowhere(error: Error): Disk | { path: undefined; read(): never; update(): Promise<never> } {
  return {
    path: undefined,
    read: () => {
      throw error;
    },
    update: () => Promise.reject(error),
  };
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'its folder is a file',
  EISDIR: 'it is a folder',
};

function reason(error: NodeJS.ErrnoException): string {
  return (error.code && REASONS[error.code]) ?? error.message;
}
