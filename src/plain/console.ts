import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { clean } from './line.ts';

/** Where the plain mode reads and writes: one line after another, nothing is ever drawn over. */
export interface Console {
  out(...lines: string[]): void;
  /** A message for standard error, so that what is piped on stays free of it. */
  note(message: string): void;
  /** Prints the prompt and reads a line; `undefined` at the end of the input. */
  ask(prompt: string, complete?: (input: string) => string[]): Promise<string | undefined>;
  /** Leaves the terminal to another program while `use` runs. */
  lend<Result>(use: () => Promise<Result>): Promise<Result>;
  /** Has Ctrl+C call this instead, until what it returns is called. */
  onInterrupt?(handle: () => void): () => void;
  /** Whether somebody types. */
  readonly typed: boolean;
  /** Columns that text may take. */
  readonly width: number;
  close(): void;
}

export interface ConsoleOptions {
  /** Ends a question that is still open. */
  signal: AbortSignal;
  /** Ctrl+C: while lines are edited the terminal makes no signal of it. */
  interrupt(): void;
  streams?: { stdin: Input; stdout: Output; stderr: Output };
}

type Input = NodeJS.ReadableStream & { isTTY?: boolean; setRawMode?(raw: boolean): unknown };
type Output = NodeJS.WritableStream & { isTTY?: boolean; columns?: number };

const widest = 80;

export const openConsole = ({ signal, interrupt, streams = process }: ConsoleOptions): Console => {
  const { stdin, stdout, stderr } = streams;
  const typed = stdin.isTTY === true && stdout.isTTY === true;
  // A pipe delivers lines faster than they are asked for.
  const early: string[] = [];
  let waiting: ((line: string | undefined) => void) | undefined;
  let completions: (input: string) => string[] = () => [];
  // What a paste has left behind its last whole line.
  let rest = '';
  // Only commands are worth calling back, and they can be completed.
  let isCommand = false;
  let remembered = 0;
  let ended = false;
  const reader = createInterface({
    input: stdin,
    terminal: typed,
    ...(typed && { output: whileAsked(stdout, () => waiting !== undefined) }),
    completer: (input: string) => [completions(input), input],
  });
  const answer = (line: string | undefined): void => {
    waiting?.(line);
    waiting = undefined;
  };
  reader.on('line', line => {
    if (waiting) {
      // A terminal has shown it already.
      if (!typed) stdout.write(`${clean(line)}\n`);
      answer(line);
      process.nextTick(() => {
        rest = reader.line;
      });
      return;
    }
    // An Enter too many must not answer the next question.
    if (!typed || line.trim() !== '') early.push(line);
  });
  reader.on('history', (history: string[]) => {
    if (!isCommand && history.length > remembered) history.shift();
    remembered = history.length;
  });
  reader.on('close', () => {
    ended = true;
    if (waiting) stdout.write('\n');
    answer(undefined);
  });
  let interrupting = interrupt;
  reader.on('SIGINT', () => interrupting());
  // The terminal is gone.
  reader.on('error', interrupt);
  const close = (): void => reader.close();
  if (signal.aborted) close();
  else signal.addEventListener('abort', close, { once: true });

  return {
    out: (...lines) => void stdout.write(lines.map(line => `${line.trimEnd()}\n`).join('')),
    note: message => void stderr.write(`${message}\n`),
    ask: (prompt, complete) => {
      isCommand = complete !== undefined;
      completions = complete ?? (() => []);
      const next = early.shift();
      if (next !== undefined || ended) {
        stdout.write(`${prompt}${clean(next ?? '')}\n`);
        return Promise.resolve(next);
      }
      // As Ctrl+U does: takes away what was typed while nothing was asked.
      if (typed) reader.write(null, { ctrl: true, name: 'u' });
      return new Promise(resolve => {
        waiting = resolve;
        if (!typed) return void stdout.write(prompt);
        reader.setPrompt(prompt);
        reader.prompt();
        if (rest) reader.write(rest);
        rest = '';
      });
    },
    lend: async use => {
      reader.pause();
      setRaw(stdin, false);
      // Node reads on until its next turn.
      await new Promise(resolve => setImmediate(resolve));
      try {
        return await use();
      } finally {
        setRaw(stdin, typed);
        reader.resume();
      }
    },
    onInterrupt: handle => {
      interrupting = handle;
      return () => {
        interrupting = interrupt;
      };
    },
    typed,
    get width() {
      return Math.min(widest, stdout.columns ?? widest);
    },
    close: () => {
      signal.removeEventListener('abort', close);
      close();
    },
  };
};

const setRaw = (stdin: Input, raw: boolean): void => {
  if (stdin.isTTY) stdin.setRawMode?.(raw);
};

/** Keys that are pressed while nothing is asked leave no trace on the screen. */
const whileAsked = (stdout: Output, asked: () => boolean): NodeJS.WritableStream =>
  Object.defineProperty(
    new Writable({
      write: (chunk, _encoding, done) => {
        if (asked()) stdout.write(chunk);
        done();
      },
    }),
    'columns',
    { get: () => stdout.columns },
  );
