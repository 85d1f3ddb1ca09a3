import type { Console } from '../../src/plain/console.ts';

export interface ScriptedConsole extends Console {
  /** Everything that was printed, prompts with their answers included. */
  readonly text: string;
  readonly notes: string[];
  /** Answers that nobody asked for. */
  readonly left: string[];
}

/** A console at which the answers are typed one after another; then the input ends. */
export const scriptedConsole = (answers: readonly string[] = [], width = 80): ScriptedConsole => {
  const left = [...answers];
  const lines: string[] = [];
  const notes: string[] = [];
  return {
    width,
    left,
    notes,
    get text() {
      return lines.join('\n');
    },
    out: (...added) => void lines.push(...added),
    note: message => void notes.push(message),
    ask: async prompt => {
      const answer = left.shift();
      lines.push(`${prompt}${answer ?? ''}`);
      return answer;
    },
    lend: use => use(),
    typed: false,
    close: () => {},
  };
};

/** Lines that are wider than they may be; those that can be pasted are not wrapped. */
export const tooWide = (text: string, width = 80): string[] =>
  text.split('\n').filter(line => line.length > width && !line.startsWith('  $ '));
