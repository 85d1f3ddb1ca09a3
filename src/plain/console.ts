import { createInterface } from 'node:readline';
import { needsAscii } from './glyphs.ts';
import { type Line, textOf } from './line.ts';

/** Where the plain mode reads and writes: one line after another, nothing is ever drawn over. */
export interface Console {
  out(...lines: (string | Line)[]): void;
  /** Prints the prompt and reads a line; `undefined` at the end of the input. */
  ask(prompt: string, complete?: (input: string) => string[]): Promise<string | undefined>;
  /** Columns that text may take. */
  width: number;
  color: boolean;
  ascii: boolean;
  close(): void;
}

const widest = 80;

export const openConsole = (onInterrupt: () => void): Console => {
  const { stdin, stdout, env } = process;
  const lines: string[] = [];
  let waiting: ((line: string | undefined) => void) | undefined;
  let completer: ((input: string) => string[]) | undefined;
  let ended = false;
  // Lines are collected here because a pipe delivers them faster than they are asked for.
  const reader = createInterface({
    input: stdin,
    terminal: stdin.isTTY === true && stdout.isTTY === true,
    output: stdin.isTTY ? stdout : undefined,
    completer: (input: string) => [completer?.(input) ?? [], input],
  });
  reader.on('line', line => {
    if (!waiting) return void lines.push(line);
    waiting(line);
    waiting = undefined;
  });
  reader.on('close', () => {
    ended = true;
    waiting?.(undefined);
  });
  reader.on('SIGINT', () => {
    onInterrupt();
    reader.close();
  });

  return {
    out: (...texts) => {
      for (const text of texts)
        stdout.write(`${(typeof text === 'string' ? text : textOf(text)).trimEnd()}\n`);
    },
    ask: (prompt, complete) => {
      completer = complete;
      const next = lines.shift();
      if (next !== undefined || ended) {
        stdout.write(`${prompt}${next ?? ''}\n`);
        return Promise.resolve(next);
      }
      reader.setPrompt(prompt);
      reader.prompt();
      // Without a terminal readline prints no prompt and echoes nothing.
      if (!stdin.isTTY) stdout.write(prompt);
      return new Promise(resolve => {
        waiting = resolve;
      });
    },
    width: Math.min(widest, stdout.columns ?? widest),
    color: stdout.isTTY === true && !env.NO_COLOR,
    ascii: needsAscii(env),
    close: () => reader.close(),
  };
};
