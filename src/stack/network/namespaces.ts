import { type ChildProcess, spawn } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import { processEntry } from '../entries.ts';
import { killGroup, note } from '../run-directory.ts';
import { StackError } from '../stack.ts';
import type { PorterReport, PorterRequest, SetUp } from './porter-protocol.ts';
import { type Programs, refusalOf } from './refusal.ts';

/** User, network, mount and PID namespaces with the porter inside. */
export interface Namespaces {
  /** The process that made them, as the tutor sees it. */
  readonly pid: number;
  send(request: PorterRequest): void;
  /** Resolves when nothing inside is alive any more, whoever ended it. */
  readonly ended: Promise<void>;
  end(): Promise<void>;
}

type Listener = (report: PorterReport, visitor: Socket | undefined) => void;

const endDeadlineMs = 3_000;
const ifParentIs = '[ "$PPID" = "$0" ] && exec "$@"';

// A shell as process 1, because it reaps what the learner leaves behind: Node would let zombies gather. The `exit`
// keeps it from giving its place to Node.
const reaper = ['/bin/sh', '-c', '"$@"; exit', 'sh'];
const namespaces = ['--map-current-user', '--net', '--mount', '--pid', '--mount-proc', '--keep-caps'];

/**
 * Makes the namespaces and sets them up. When the tutor dies the kernel kills unshare(1), which takes along process 1
 * inside, and with that everything else there. Throws StackError with the reason where the system refuses.
 */
export const makeNamespaces = async (
  programs: Programs,
  setUp: Omit<SetUp, 'programs'>,
  { runDir, onReport, signal }: { runDir: string; onReport: Listener; signal?: AbortSignal | undefined },
): Promise<Namespaces> => {
  const { setpriv, unshare, ip, mount } = programs;
  const child = spawn(
    setpriv,
    [
      ...['--pdeathsig', 'KILL', '--', '/bin/sh', '-c', ifParentIs, String(process.pid)],
      ...[unshare, ...namespaces, '--fork', '--kill-child', '--', ...reaper],
      ...[process.execPath, processEntry('porter')],
    ],
    {
      cwd: runDir,
      // In a session of its own: Ctrl+C in the terminal is not for the porter.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
      env: porterEnvironment(),
    },
  );
  const { said, ended } = follow(child);
  child.on('message', (report, visitor) => onReport(report as PorterReport, visitor as Socket | undefined));
  const end = async (): Promise<void> => {
    child.ref();
    if (child.connected) child.disconnect();
    const { pid } = child;
    const deadline = setTimeout(() => pid !== undefined && killGroup(pid, 'SIGKILL'), endDeadlineMs);
    await ended;
    clearTimeout(deadline);
  };
  try {
    if (child.pid !== undefined) note(runDir, child.pid);
    await untilReady(child, { ...setUp, programs: { ip, mount } }, ended, said, signal);
  } catch (error) {
    await end();
    throw error;
  }
  // The tutor may end without a word: the kernel tells.
  child.unref();
  child.channel?.unref();
  (child.stderr as Socket | null)?.unref();
  return {
    pid: child.pid as number,
    send: request => {
      if (child.connected) child.send(request, () => {});
    },
    ended,
    end,
  };
};

const follow = (child: ChildProcess): { said: () => string; ended: Promise<void> } => {
  let text = '';
  child.stderr?.on('data', data => {
    text = `${text}${data}`.slice(-4000);
  });
  const ended = new Promise<void>(resolve => {
    child.once('exit', () => resolve());
    child.once('error', error => {
      text += error.message;
      resolve();
    });
  });
  return { said: () => text, ended };
};

const untilReady = (
  child: ChildProcess,
  setUp: SetUp,
  ended: Promise<void>,
  said: () => string,
  signal: AbortSignal | undefined,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const cancelled = (): void => reject(new StackError('it was cancelled'));
    if (signal?.aborted) return cancelled();
    signal?.addEventListener('abort', cancelled, { once: true });
    // What was printed arrives through a pipe, which may close later than the process ends.
    void ended.then(() => setImmediate(() => reject(new StackError(refusalOf(said())))));
    child.once('message', (report: PorterReport) => {
      signal?.removeEventListener('abort', cancelled);
      if (report.type === 'failed') reject(new StackError(refusalOf(report.message)));
      else resolve();
    });
    child.send({ type: 'set-up', setUp } satisfies PorterRequest, () => {});
  });

/** What programs print is read, so it has to be English. */
const porterEnvironment = (): Record<string, string> => {
  const cache = getCompileCacheDir?.();
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    LC_ALL: 'C',
    ...(cache ? { NODE_COMPILE_CACHE: dirname(cache) } : {}),
  };
};
