import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * The processes whose command line or working directory lies in the folder, one `PID COMMAND` each, from proc(5).
 * Every process of a tutor does: nginx's workers change their command line, but not their directory.
 */
export const processesOf = (folder: string): string[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(pid => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return line.includes(folder) || readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)
          ? [`${pid} ${line}`]
          : [];
      } catch {
        return [];
      }
    });
