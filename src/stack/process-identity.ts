import { readFileSync } from 'node:fs';

/**
 * A word that tells this process from any later one with the same pid: its start time, in clock ticks since
 * boot on Linux (proc(5), field 22 of /proc/PID/stat), elsewhere as ps(1) prints it.
 * `undefined` when no such process runs; a zombie counts as gone.
 */
export const startTimeOf = (pid: number): string | undefined => {
  if (process.platform === 'linux') return startTimeFromProc(pid);
  if (process.platform === 'win32') return isRunning(pid) ? 'unknown' : undefined;
  try {
    // Loaded only where there is no proc(5): it is the heaviest module of the guard.
    const { execFileSync } = process.getBuiltinModule('node:child_process');
    const [state, ...started] = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, LC_ALL: 'C' },
    })
      .trim()
      .split(/\s+/);
    return state && !state.startsWith('Z') ? started.join('').replace(/\W/g, '') : undefined;
  } catch {
    return undefined;
  }
};

const startTimeFromProc = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
};

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
