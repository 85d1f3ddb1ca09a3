import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

/*
 * Why not proper-lockfile (4.1.2): it knows a dead holder only by the age of the lock, at least 2 s, so every
 * start after a kill -9 would wait; it takes a stale lock over without looking again, so two that wait can
 * both get it; and it brings signal handlers and a patched fs into a program that has its own.
 */

/** A lock is held for milliseconds; one as old as this was left behind, whoever its number belongs to now. */
const STALE_MS = 5_000;
const GIVE_UP_MS = 20_000;

/**
 * Runs `prepare`, then the `commit` that it returns, while no other process does so under the same path.
 * When the lock was taken away in between (this process was stopped for seconds), it all begins again.
 * Throws what they throw, and the file system's error where no lock can be made.
 */
export async function withLock<T>(path: string, prepare: () => () => T): Promise<T> {
  for (;;) {
    const mark = `${process.pid} ${machine()} ${randomUUID()}`;
    await acquire(path, mark);
    try {
      const commit = prepare();
      if (holder(path) === mark) return commit();
    } finally {
      if (holder(path) === mark) rmSync(path, { force: true });
    }
  }
}

async function acquire(path: string, mark: string): Promise<void> {
  const deadline = Date.now() + GIVE_UP_MS;
  while (!created(path, mark)) {
    if (Date.now() > deadline) throw new Error(`${path} is held by another process`);
    breakStale(path, mark);
    await pause(2 + Math.random() * 10);
  }
}

/** Two that wait must not both remove the dead lock: the second would remove the first one's new lock. */
function breakStale(path: string, mark: string): void {
  if (!isStale(path)) return;
  const guard = `${path}.break`;
  if (isStale(guard)) rmSync(guard, { force: true });
  if (!created(guard, mark)) return;
  try {
    if (isStale(path)) rmSync(path, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}

function created(path: string, mark: string): boolean {
  let file: number;
  try {
    file = openSync(path, 'wx', 0o600);
  } catch (error) {
    if (isHeld(error as NodeJS.ErrnoException)) return false;
    throw error;
  }
  try {
    writeFileSync(file, mark);
    return true;
  } catch (error) {
    // A full disk still had room for the name.
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Windows refuses with EPERM while a removed file is still open somewhere. */
function isHeld({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EEXIST' || (process.platform === 'win32' && code === 'EPERM');
}

function holder(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Also false where there is no lock. A mark that is still being written has no pid yet: only age counts. */
function isStale(path: string): boolean {
  const [pid, where] = holder(path)?.split(' ') ?? [];
  const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  if (made === undefined) return false;
  return Date.now() - made > STALE_MS || (where === machine() && !isAlive(Number(pid)));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Where a pid means something: home folders are shared between machines, and between PID namespaces. */
function machine(): string {
  try {
    return `${hostname()}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}
