import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { type ErrorLog, type LogLevel, logLevels } from '../conf/model.ts';
import { errorTime } from './clock.ts';
import type { Exchange } from './exchange.ts';
import { clientOf } from './variables.ts';

/** Log files that are open, by path; several servers may write to the same one. */
const files = new Map<string, LogFile>();

interface LogFile {
  descriptor: number;
  pending: string;
}

/** Lines wait this long, so that many requests share one write. */
const gatherMs = 5;
let timer: NodeJS.Timeout | undefined;

const fileAt = (path: string): LogFile => {
  const open = files.get(path);
  if (open) return open;
  mkdirSync(dirname(path), { recursive: true });
  const file = { descriptor: path === 'stderr' ? 2 : openSync(path, 'a', 0o644), pending: '' };
  files.set(path, file);
  return file;
};

const append = (path: string, line: string): void => {
  try {
    fileAt(path).pending += `${line}\n`;
  } catch {
    // A log that cannot be written is no reason to answer nobody.
    return;
  }
  timer ??= setTimeout(flushLogs, gatherMs);
};

/** Writes what waits. */
export const flushLogs = (): void => {
  clearTimeout(timer);
  timer = undefined;
  for (const file of files.values()) {
    if (file.pending === '') continue;
    try {
      writeSync(file.descriptor, file.pending);
    } catch {
      // A full disk, as above.
    }
    file.pending = '';
  }
};

/** Closes all files, so that they are opened anew by their names: after `reload`, as in nginx. */
export const reopenLogs = (): void => {
  flushLogs();
  for (const [path, { descriptor }] of files) if (path !== 'stderr') closeSync(descriptor);
  files.clear();
};

export const logAccess = (x: Exchange): void => {
  const { off, logs } = x.target.settings.access_log;
  if (off) return;
  for (const { file, line, condition } of logs) {
    const value = condition?.(x);
    if (value === undefined || (value !== '' && value !== '0')) append(file, line(x));
  }
};

/** `2026/03/01 12:00:00 [error] 123#123: ...`; a single-threaded process has one number for both. */
export const logError = ({ file, level: lowest }: ErrorLog, level: LogLevel, message: string): void => {
  if (logLevels.indexOf(level) < logLevels.indexOf(lowest)) return;
  append(file, `${errorTime()} [${level}] ${process.pid}#${process.pid}: ${message}`);
};

/** A line of the error log about a request, with what nginx tells of it. */
export const report = (x: Exchange, level: LogLevel, message: string): void => {
  const { request, server, target, config } = x;
  const line = `"${request.method} ${request.url} HTTP/${request.httpVersion}"`;
  const upstream = x.upstream === undefined ? '' : `, upstream: "${x.upstream}"`;
  const host = request.headers.host === undefined ? '' : `, host: "${request.headers.host}"`;
  logError(
    target.settings.error_log ?? config.errorLog,
    level,
    `*${x.connection} ${message}, client: ${clientOf(request.socket)}, server: ${server.name}, request: ${line}${upstream}${host}`,
  );
};
