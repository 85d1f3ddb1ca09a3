import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Launch } from './parts/part.ts';
import { readiness } from './parts/readiness.ts';
import { killGroup, note } from './run-directory.ts';
import { StackError } from './stack.ts';

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process of the stack, the leader of a group of its own. */
export interface GuardedProcess {
  pid: number;
  signal(signal: NodeJS.Signals): void;
  exited: Promise<Exit>;
  /** It has said that it listens; at once when it was not asked to say so. */
  told: Promise<void>;
  /** Where the launch asked for it. */
  talk?: Talk;
}

/** Messages, as JSON, to and from a process. */
export interface Talk {
  say(message: object): void;
  hear(listener: (message: unknown) => void): void;
  /** It says nothing more. */
  ended: Promise<void>;
  /** Whether the tutor lives on for it; it does unless it is told not to. */
  hold(on: boolean): void;
}

interface Options {
  cwd: string;
  /** What it prints is appended to this file. */
  output: string;
  env: Record<string, string>;
  runDir: string;
}

const talkWith = (child: ChildProcess): Talk => ({
  say: message => {
    // Who is gone hears nothing.
    if (child.connected) child.send(message, () => {});
  },
  hear: listener => child.on('message', listener),
  ended: new Promise(resolve => child.once('disconnect', () => resolve())),
  hold: on => (on ? child.channel?.ref() : child.channel?.unref()),
});

const firstWord = (pipe: Socket): Promise<void> =>
  new Promise(resolve => {
    const done = (): void => {
      pipe.destroy();
      resolve();
    };
    pipe.once('data', done).once('end', done).once('error', done).unref();
  });

/** setpriv(1), where the kernel can tell a process that its parent has died. */
const setpriv = (): string | undefined =>
  process.platform === 'linux' ? ['/usr/bin/setpriv', '/bin/setpriv'].find(existsSync) : undefined;
const ifParentIs = '[ "$PPID" = "$0" ] && exec "$@"';

/** Starts it, notes it for the guard, and does not keep the tutor alive for it. Throws StackError. */
export const startProcess = async (
  launch: Launch,
  { cwd, output, env, runDir }: Options,
): Promise<GuardedProcess> => {
  const { file, args, tells, talks, deathSignal = 'SIGKILL' } = launch;
  const log = openSync(output, 'a');
  // setpriv, which knows the signals without SIG, and the shell execute the program in their own place, so the
  // pid stays the same. The kernel tells of no death before it was asked to: the shell looks whether we live.
  const mortal = ['--pdeathsig', deathSignal.slice(3), '--', '/bin/sh', '-c', ifParentIs, `${process.pid}`];
  const wrapper = setpriv();
  const [program, words] = wrapper ? [wrapper, [...mortal, file, ...args]] : [file, args];
  const asked = tells === true && process.platform !== 'win32';
  const child = spawn(program, words, {
    cwd,
    env: asked ? { ...env, [readiness.variable]: '1' } : env,
    detached: true,
    stdio: ['pipe', log, log, ...(asked ? ['pipe' as const] : []), ...(talks ? ['ipc' as const] : [])],
  });
  closeSync(log);
  const failed = new Promise<Error>(resolve => child.once('error', resolve));
  const { pid, stdin } = child;
  if (pid === undefined) throw new StackError((await failed).message);
  stdin?.on('error', () => {});
  child.unref();
  // A pipe is a socket here.
  (stdin as Socket | null)?.unref();
  const signal = (name: NodeJS.Signals): void => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    // Its end comes soon, and somebody may wait for nothing else.
    if (name === 'SIGKILL') child.ref();
    killGroup(pid, name);
  };
  try {
    note(runDir, pid);
  } catch (error) {
    // Such as a full disk: nobody else would know of it.
    killGroup(pid, 'SIGKILL');
    throw new StackError((error as Error).message);
  }
  const exited = new Promise<Exit>(resolve =>
    child.once('exit', (code, signal) => {
      // A leader that was killed leaves its group behind.
      killGroup(pid, 'SIGKILL');
      resolve({ code, signal });
    }),
  );
  return {
    pid,
    signal,
    exited,
    told: asked ? firstWord(child.stdio[readiness.fd] as Socket) : Promise.resolve(),
    ...(talks && { talk: talkWith(child) }),
  };
};
