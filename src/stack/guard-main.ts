/**
 * The guard: a process in a session of its own that outlives the tutor for a moment. When the tutor ends in
 * whatever way, the channel to it closes, and the guard stops every process that is noted in the run directory,
 * removes this, and ends. A part that is orphaned before that happens ends by itself: its standard input closes,
 * and the kernel signals it (prctl(2), PR_SET_PDEATHSIG). Started with the run directory as its argument.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { endNoted, killGroup, removeRunDirectory, running } from './run-directory.ts';

const [runDir = ''] = process.argv.slice(2);
const stopDeadlineMs = 1200;
const pollMs = 10;

let ending = false;
const end = async (): Promise<void> => {
  if (ending) return;
  ending = true;
  const asked = new Set<number>();
  for (
    const deadline = performance.now() + stopDeadlineMs;
    performance.now() < deadline;
    await sleep(pollMs)
  ) {
    const others = running(runDir).filter(pid => pid !== process.pid);
    if (others.length === 0) break;
    for (const pid of others.filter(other => !asked.has(other))) {
      killGroup(pid, 'SIGTERM');
      // A paused process does not see the signal before it goes on.
      killGroup(pid, 'SIGCONT');
      asked.add(pid);
    }
  }
  // Also of those that have ended: a leader may leave others of its group behind.
  for (const pid of asked) killGroup(pid, 'SIGKILL');
  endNoted(runDir, process.pid);
  removeRunDirectory(runDir);
  process.exit(0);
};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
process.on('disconnect', end);
process.on('message', end);
if (!process.connected) void end();
