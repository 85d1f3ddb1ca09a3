import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { MysqlError } from './errors.ts';

/** One statement that was run. */
export interface Entry {
  connection: number;
  user: string;
  /** The request id from the comment at the end of the statement. */
  request: string | undefined;
  statement: string;
  durationMs: number;
  /** Returned or changed. */
  rows: number;
  error: MysqlError | undefined;
}

export interface Logs {
  statement(entry: Entry): void;
  close(): void;
}

const flushMs = 5;
const bufferBytes = 64 * 1024;
const largestFile = 32 * 1024 * 1024;
const longestStatement = 2000;

const short = (statement: string): string =>
  statement.length > longestStatement ? `${statement.slice(0, longestStatement)}...` : statement;

/**
 * Like MySQL's slow query log, in one line: when, who, how long, how many rows, what. The comment with the
 * request stands behind the statement, where it came.
 */
const humanLine = (entry: Entry, at: Date): string => {
  const tail = entry.error
    ? `ERROR ${entry.error.code}`
    : `${entry.rows} ${entry.rows === 1 ? 'row' : 'rows'}`;
  const statement = short(entry.statement).replace(/\s+/g, ' ');
  const comment = entry.request === undefined ? '' : ` /* request=${entry.request} */`;
  return `${at.toISOString()} [${entry.connection}] ${entry.user} ${entry.durationMs.toFixed(3)} ms ${tail}: ${statement}${comment}\n`;
};

const traceLine = ({ connection, request, statement, durationMs, rows, error }: Entry): string =>
  `${JSON.stringify({
    connection,
    request,
    statement: short(statement),
    durationMs: Math.round(durationMs * 1000) / 1000,
    rows,
    ...(error && { error: `ERROR ${error.code} (${error.sqlState}): ${error.message}` }),
  })}\n`;

/** A file that lines are added to at once; emptied when it has grown too long, as it is no archive. */
const openLog = (file: string) => {
  // Append mode: whoever empties the file in the meantime finds the next line at its beginning.
  const fd = openSync(file, 'a');
  let size = fstatSync(fd).size;
  return {
    write: (lines: string) => {
      if (size > largestFile) {
        ftruncateSync(fd);
        size = 0;
      }
      size += writeSync(fd, lines);
    },
    close: () => closeSync(fd),
  };
};

/**
 * The lines for a request are in both logs when `statement` returns: the reply comes after its evidence. Other
 * statements are written when the turn of the event loop ends, but under load together, some milliseconds later:
 * a write for each would cost a tenth of the throughput.
 */
export const openLogs = (files: { queries: string; trace: string }): Logs => {
  const queries = openLog(files.queries);
  const trace = openLog(files.trace);
  let pending = '';
  let flushed = 0;
  let cancel: (() => void) | undefined;
  const flush = () => {
    cancel?.();
    cancel = undefined;
    flushed = performance.now();
    const lines = pending;
    pending = '';
    if (lines) quietly(() => queries.write(lines));
  };
  return {
    statement: entry => {
      pending += humanLine(entry, new Date());
      if (entry.request !== undefined) {
        flush();
        quietly(() => trace.write(traceLine(entry)));
      } else if (pending.length > bufferBytes) flush();
      else cancel ??= performance.now() - flushed > flushMs ? soon(flush) : later(flush);
    },
    close: () => {
      flush();
      queries.close();
      trace.close();
    },
  };
};

const soon = (run: () => void): (() => void) => {
  const immediate = setImmediate(run);
  return () => clearImmediate(immediate);
};

const later = (run: () => void): (() => void) => {
  const timer = setTimeout(run, flushMs);
  return () => clearTimeout(timer);
};

/** A full disk must not stop the database from answering. */
const quietly = (write: () => void): void => {
  try {
    write();
  } catch {
    // Nobody is left to tell.
  }
};
