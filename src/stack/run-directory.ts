import {
  appendFileSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startTimeOf } from './process-identity.ts';
import { StackError } from './stack.ts';

// Short, because the path of a UNIX socket inside may be at most 107 bytes long (103 on macOS). The name says
// whose it is, so that a directory has an owner from the very moment it exists: pid, start time, and where that
// pid means something, because containers share temporary folders.
const prefix = 'wst-';
const pattern = /^wst-(\d+)-(\w+?)(?:-(\d+))?-\w+$/;

/** The number of this process's PID namespace (pid_namespaces(7)), where the system has such. */
const namespace = (): string | undefined => {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0];
  } catch {
    return undefined;
  }
};

// TMPDIR may be relative, and the parts work in folders of their own.
const parent = (): string => resolve(tmpdir());

/** Where every process of the stack is noted, the guard first, one `PID START-TIME` a line. */
export const pidFile = (runDir: string): string => join(runDir, 'pids');

/** Throws StackError where none can be made. */
export const createRunDirectory = (): string => {
  try {
    const owner = [process.pid, startTimeOf(process.pid), namespace()].filter(word => word !== undefined);
    return mkdtempSync(join(parent(), `${prefix}${owner.join('-')}-`));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new StackError(
      `no temporary folder can be made in ${parent()} (${code ?? message}): set TMPDIR to a folder that can be written`,
    );
  }
};

/** Run directories whose tutor is gone. Those of other people, and links, are left alone. */
export const leftovers = (): string[] =>
  namesIn(parent())
    .filter(name => {
      const [, pid, startTime, space] = pattern.exec(name) ?? [];
      if (pid === undefined || (space !== undefined && space !== namespace())) return false;
      return startTimeOf(Number(pid)) !== startTime && isOurs(join(parent(), name));
    })
    .map(name => join(parent(), name));

const namesIn = (dir: string): string[] => {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
};

const isOurs = (path: string): boolean => {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && (!process.getuid || stat.uid === process.getuid());
};

/** Ends what a killed tutor and its killed guard have left, and removes their directories; returns these. */
export const sweep = (): string[] => {
  const swept: string[] = [];
  for (const dir of leftovers()) {
    endNoted(dir);
    if (removeRunDirectory(dir)) swept.push(dir);
  }
  return swept;
};

/** Removes it, also while its last processes are still dying; `true` when it is gone. */
export const removeRunDirectory = (dir: string): boolean => {
  try {
    rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    return true;
  } catch {
    // Must keep nobody from starting, nor hide why something else failed; `doctor` shows it.
    return false;
  }
};

/** Ends every process that is noted in a run directory, with its group, but for `spared`. */
export const endNoted = (runDir: string, spared?: number): void => {
  for (const pid of running(runDir)) if (pid !== spared) killGroup(pid, 'SIGKILL');
};

/** The noted processes that still run; a pid that was given away again is not among them. */
export const running = (runDir: string): number[] =>
  notedProcesses(runDir)
    .filter(({ pid, startTime }) => startTimeOf(pid) === startTime)
    .map(({ pid }) => pid);

/** Notes a process, so that whoever comes after us can end it. */
export const note = (runDir: string, pid: number): void =>
  appendFileSync(pidFile(runDir), `${pid} ${startTimeOf(pid)}\n`);

const notedProcesses = (runDir: string): { pid: number; startTime: string }[] => {
  try {
    return (
      readFileSync(pidFile(runDir), 'utf8')
        .split('\n')
        .map(line => line.split(' '))
        .map(([pid, startTime = '']) => ({ pid: Number(pid), startTime }))
        // The groups 0 and 1 would be our own, and, as -1, everybody's.
        .filter(({ pid, startTime }) => Number.isInteger(pid) && pid > 1 && startTime !== '')
    );
  } catch {
    return [];
  }
};

/** Signals the process and all of its group (on Windows, which has no groups, the process alone). */
export const killGroup = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    // Already gone.
  }
};
