import { type ChildProcess, fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { processEntry } from './entries.ts';
import type { GuardReport, GuardRequest } from './guard-protocol.ts';
import type { Launch } from './parts/part.ts';
import { endNoted, removeRunDirectory } from './run-directory.ts';
import { StackError } from './stack.ts';

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process that the guard started for us. */
export interface GuardedProcess {
  pid: number;
  signal(signal: NodeJS.Signals): void;
  exited: Promise<Exit>;
}

export interface Guard {
  /** Output of the process is appended to the file `output`. */
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
  const started = new Map<string, { resolve(process: GuardedProcess): void; reject(error: Error): void }>();
  const exits = new Map<string, (exit: Exit) => void>();
  // While somebody waits for one of these, the open channel must keep the tutor alive.
  const awaited = new Set<string>();
  let counter = 0;

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
  const keepAlive = (id: string): void => {
    awaited.add(id);
    child.channel?.ref();
  };
  const letGo = (id: string): void => {
    awaited.delete(id);
    if (awaited.size === 0) child.channel?.unref();
  };
  const send = (request: GuardRequest): void => {
    if (child.connected) child.send(request, () => {});
  };

  child.on('message', (report: GuardReport) => {
    const waiting = started.get(report.id);
    if (report.type === 'exited') {
      exits.get(report.id)?.({ code: report.code, signal: report.signal });
      exits.delete(report.id);
      letGo(report.id);
      return;
    }
    started.delete(report.id);
    if (report.type === 'failed') return waiting?.reject(new StackError(report.message));
    const { id, pid } = report;
    const exited = new Promise<Exit>(resolve => exits.set(id, resolve));
    const signal = (signal: NodeJS.Signals): void => {
      if (signal === 'SIGKILL' && exits.has(id)) keepAlive(id);
      send({ type: 'signal', id, signal });
    };
    waiting?.resolve({ pid, exited, signal });
  });
  child.once('disconnect', () => {
    // Nobody else is left to end what does not notice it, such as a paused nginx.
    endNoted(runDir);
    for (const { reject } of started.values()) reject(new StackError(lost));
    for (const resolve of exits.values()) resolve({ code: null, signal: 'SIGKILL' });
  });

  return {
    spawn: ({ file, args, env = {}, deathSignal = 'SIGKILL' }, { cwd, output }) => {
      const id = String(++counter);
      return new Promise<GuardedProcess>((resolve, reject) => {
        if (!child.connected) return reject(new StackError(lost));
        keepAlive(id);
        started.set(id, { resolve, reject });
        send({ type: 'spawn', id, file, args, env: environment(env), cwd, output, deathSignal });
      }).finally(() => letGo(id));
    },
    end: async () => {
      child.ref();
      // Somebody may have paused the guard: it would not hear.
      if (process.platform !== 'win32') child.kill('SIGCONT');
      send({ type: 'end' });
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
