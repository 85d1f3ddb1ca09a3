import { type ChildProcess, fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { processEntry } from './entries.ts';
import type { GuardReport, GuardRequest } from './guard-protocol.ts';
import type { Launch } from './parts/part.ts';
import { endNoted } from './run-directory.ts';
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
  /** Stops everything and removes the run directory; resolves when the guard has ended. */
  end(): Promise<void>;
}

const lost = 'the guard of the stack was ended from outside, and every part with it; start the tutor again';

/** Starts the process that makes sure that nothing outlives the tutor; see `guard-main.ts`. */
export const startGuard = (runDir: string): Guard => {
  const started = new Map<string, { resolve(process: GuardedProcess): void; reject(error: Error): void }>();
  const exits = new Map<string, (exit: Exit) => void>();
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
  const send = (request: GuardRequest): void => {
    if (child.connected) child.send(request, () => {});
  };

  child.on('message', (report: GuardReport) => {
    const waiting = started.get(report.id);
    if (report.type === 'exited') {
      exits.get(report.id)?.({ code: report.code, signal: report.signal });
      exits.delete(report.id);
      return;
    }
    started.delete(report.id);
    if (report.type === 'failed') return waiting?.reject(new StackError(report.message));
    const { id, pid } = report;
    const exited = new Promise<Exit>(resolve => exits.set(id, resolve));
    waiting?.resolve({ pid, exited, signal: signal => send({ type: 'signal', id, signal }) });
  });
  child.once('disconnect', () => {
    // Nobody else is left to end what does not notice it, such as a paused nginx.
    endNoted(runDir);
    for (const { reject } of started.values()) reject(new StackError(lost));
    for (const resolve of exits.values()) resolve({ code: null, signal: 'SIGKILL' });
  });

  return {
    spawn: ({ file, args, env = {}, deathSignal = 'SIGKILL' }, { cwd, output }) =>
      new Promise<GuardedProcess>((resolve, reject) => {
        if (!child.connected) return reject(new StackError(lost));
        const id = String(++counter);
        // While somebody waits for an answer the channel must keep the tutor alive.
        child.channel?.ref();
        started.set(id, { resolve, reject });
        send({ type: 'spawn', id, file, args, env: environment(env), cwd, output, deathSignal });
      }).finally(() => {
        if (started.size === 0) child.channel?.unref();
      }),
    end: async () => {
      child.ref();
      send({ type: 'end' });
      await ended;
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
