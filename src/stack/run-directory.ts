import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTimeOf } from './process-identity.ts';

// Short, because the path of a UNIX socket inside may be at most 107 bytes long (103 on macOS). The name says
// whose it is, so that a directory has an owner from the very moment it exists.
const prefix = 'wst-';
const pattern = /^wst-(\d+)-(\w+)-\w+$/;

/** Where the guard notes every process it starts, one `PID START-TIME` a line. */
export const pidFile = (runDir: string): string => join(runDir, 'pids');

export const createRunDirectory = (): string =>
  mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-${startTimeOf(process.pid)}-`));

/** Run directories whose tutor is gone. Those of other people, and links, are left alone. */
export const leftovers = (): string[] =>
  readdirSync(tmpdir())
    .filter(name => {
      const [, pid, startTime] = pattern.exec(name) ?? [];
      return pid !== undefined && startTimeOf(Number(pid)) !== startTime && isOurs(join(tmpdir(), name));
    })
    .map(name => join(tmpdir(), name));

const isOurs = (path: string): boolean => {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && (!process.getuid || stat.uid === process.getuid());
};

/** Ends what a killed tutor and its killed guard have left, and removes their directories; returns these. */
export const sweep = (): string[] => {
  const swept = leftovers();
  for (const dir of swept) {
    endNoted(dir);
    rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
  }
  return swept;
};

/** Ends the guard of a run directory and every process that it has started there. */
export const endNoted = (runDir: string): void => {
  // The guard stands in the first line: once it is gone, nothing new is started while the rest is read.
  endAll(notedProcesses(runDir).slice(0, 1));
  endAll(notedProcesses(runDir));
};

const endAll = (processes: { pid: number; startTime: string }[]): void => {
  for (const { pid, startTime } of processes) if (startTimeOf(pid) === startTime) killGroup(pid, 'SIGKILL');
};

const notedProcesses = (runDir: string): { pid: number; startTime: string }[] => {
  try {
    return readFileSync(pidFile(runDir), 'utf8')
      .split('\n')
      .map(line => line.split(' '))
      .flatMap(([pid, startTime]) => (pid && startTime ? [{ pid: Number(pid), startTime }] : []));
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
