import { appendFileSync } from 'node:fs';
import type { TraceLine } from './contract.ts';

export interface Log {
  /** A line of the readable log, with the time before it, and indented lines of detail below it. */
  write(text: string, details?: string[]): void;
  trace(line: TraceLine): void;
}

/** Opened for every line, so that both files may be emptied or removed while the server runs. */
export const createLog = (readable: string, trace: string): Log => ({
  write: (text, details = []) =>
    append(
      readable,
      [
        `${new Date().toISOString()} ${oneLine(text)}`,
        ...details.map(detail => `    ${oneLine(detail)}`),
      ].join('\n'),
    ),
  trace: line => append(trace, JSON.stringify(line)),
});

const append = (file: string, line: string): void => {
  try {
    appendFileSync(file, `${line}\n`);
  } catch (error) {
    // A full disk must not take the site down.
    process.stderr.write(`cannot write ${file}: ${error instanceof Error ? error.message : error}\n`);
  }
};

/** Whatever a client or a database said cannot begin a line of its own or talk to the terminal. */
const oneLine = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
