/**
 * The guard: parent of every process of a stack, in a session of its own. When the tutor ends in whatever way,
 * the channel to it closes, and the guard stops all parts, removes the run directory and ends. When the guard
 * itself is killed, the parts' standard input closes and the kernel signals them (prctl(2), PR_SET_PDEATHSIG).
 * Started with the run directory as its argument; speaks `guard-protocol.ts` over Node's IPC channel.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, closeSync, existsSync, openSync, rmSync } from 'node:fs';
import type { GuardReport, GuardRequest } from './guard-protocol.ts';
import { startTimeOf } from './process-identity.ts';
import { killGroup, pidFile } from './run-directory.ts';

const [runDir = ''] = process.argv.slice(2);
const stopDeadlineMs = 1200;
const setpriv =
  process.platform === 'linux' ? ['/usr/bin/setpriv', '/bin/setpriv'].find(existsSync) : undefined;
const ifParentIs = '[ "$PPID" = "$0" ] && exec "$@"';
const children = new Map<string, ChildProcess>();
let ending = false;

const report = (message: GuardReport): void => {
  if (process.connected) process.send?.(message, () => {});
};

const note = (pid: number): void => appendFileSync(pidFile(runDir), `${pid} ${startTimeOf(pid)}\n`);

const start = (request: Extract<GuardRequest, { type: 'spawn' }>): void => {
  if (ending) return;
  const { id, file, args, env, cwd, output, deathSignal } = request;
  const log = openSync(output, 'a');
  // setpriv(1), which knows the signals without SIG, and the shell execute the program in their own place, so the
  // pid stays the same. The kernel tells of no death before it was asked to: the shell looks whether we live.
  const mortal = ['--pdeathsig', deathSignal.slice(3), '--', '/bin/sh', '-c', ifParentIs, `${process.pid}`];
  const [program, words] = setpriv ? [setpriv, [...mortal, file, ...args]] : [file, args];
  const child = spawn(program, words, { cwd, env, detached: true, stdio: ['pipe', log, log] });
  closeSync(log);
  child.once('error', error => report({ type: 'failed', id, message: error.message }));
  child.stdin?.on('error', () => {});
  const { pid } = child;
  if (pid === undefined) return;
  children.set(id, child);
  child.once('exit', (code, signal) => {
    // A leader that was killed leaves its group behind (nginx's workers go on answering).
    killGroup(pid, 'SIGKILL');
    if (children.get(id) === child) children.delete(id);
    report({ type: 'exited', id, pid, code, signal });
    if (ending && children.size === 0) finish();
  });
  note(pid);
  report({ type: 'spawned', id, pid });
};

const finish = (): never => {
  for (const { pid } of children.values()) if (pid) killGroup(pid, 'SIGKILL');
  rmSync(runDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  process.exit(0);
};

const end = (): void => {
  if (ending) return;
  ending = true;
  if (children.size === 0) finish();
  for (const { pid } of children.values()) {
    if (!pid) continue;
    killGroup(pid, 'SIGTERM');
    killGroup(pid, 'SIGCONT');
  }
  setTimeout(finish, stopDeadlineMs);
};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
process.on('disconnect', end);
process.on('uncaughtException', finish);
process.on('message', (request: GuardRequest) => {
  if (request.type === 'end') return end();
  if (request.type === 'spawn') {
    try {
      return start(request);
    } catch (error) {
      // Such as a full disk: the other parts go on.
      const pid = children.get(request.id)?.pid;
      if (pid) killGroup(pid, 'SIGKILL');
      return report({ type: 'failed', id: request.id, message: (error as Error).message });
    }
  }
  const pid = children.get(request.id)?.pid;
  if (pid) killGroup(pid, request.signal);
});

try {
  note(process.pid);
} catch {
  // The directory is gone already: so is the tutor.
  finish();
}
if (!process.connected) end();
