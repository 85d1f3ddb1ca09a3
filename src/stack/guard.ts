import { type ChildProcess, fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { processEntry } from './entries.ts';
import { type GuardedProcess, startProcess } from './guarded-process.ts';
import type { Launch } from './parts/part.ts';
import { endNoted, note, removeRunDirectory } from './run-directory.ts';
import { StackError } from './stack.ts';

export interface Guard {
  /** Starts a process that does not outlive the tutor; what it prints is appended to the file `output`. */
  spawn(launch: Launch, options: { cwd: string; output: string }): Promise<GuardedProcess>;
  /**
   * Stops everything and removes the run directory; resolves when the guard has ended. Called again, it removes
   * what somebody has written since.
   */
  end(): Promise<void>;
}

const endDeadlineMs = 5_000;
const lost = 'the guard of the stack was ended from outside, and every part with it; start the tutor again';

/** Starts the process that makes sure that nothing outlives the tutor; see `guard-main.ts`. */
export const startGuard = (runDir: string): Guard => {
  const child: ChildProcess = fork(processEntry('guard'), [runDir], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [],
    env: environment({}),
  });
  // The tutor may end without a word: the closing channel tells the guard.
  child.unref();
  child.channel?.unref();
  const ended = new Promise<void>(resolve => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  if (child.pid) note(runDir, child.pid);
  // Without its guard the stack might outlive us.
  child.once('disconnect', () => endNoted(runDir));

  return {
    spawn: async (launch, { cwd, output }) => {
      if (!child.connected) throw new StackError(lost);
      return startProcess(launch, { cwd, output, env: environment(launch.env ?? {}), runDir });
    },
    end: async () => {
      child.ref();
      // Somebody may have paused the guard: it would not hear.
      if (process.platform !== 'win32') child.kill('SIGCONT');
      if (child.connected) child.send('end', () => {});
      const deadline = setTimeout(() => child.kill('SIGKILL'), endDeadlineMs);
      await ended;
      clearTimeout(deadline);
      // One that was killed, or never started, has left all this to us.
      endNoted(runDir);
      removeRunDirectory(runDir);
    },
  };
};

/** Only what a program needs to run: the learner's secrets stay out of the parts. */
const environment = (own: Record<string, string>): Record<string, string> => {
  const kept = [
    'PATH',
    'HOME',
    'USER',
    'LOGNAME',
    'LANG',
    'LC_ALL',
    'TZ',
    'TMPDIR',
    'TEMP',
    'TMP',
    'SystemRoot',
  ];
  const entries = kept.flatMap(name => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  // The folder that Node names is one inside the given one, for this version of it.
  const cache = getCompileCacheDir?.();
  return { ...Object.fromEntries(entries), ...(cache ? { NODE_COMPILE_CACHE: dirname(cache) } : {}), ...own };
};
