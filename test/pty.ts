/** The built program in a real terminal, and what a person would see on it. */
import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';
import { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes';
import { Terminal } from '@xterm/headless';
import { until } from './until.ts';

export const cli = fileURLToPath(new URL('../dist/cli.mjs', import.meta.url));

export interface Person {
  pid: number;
  type(keys: string): void;
  resize(columns: number, rows: number): void;
  /** The screen as lines of text. */
  screen(): string;
  sees(text: string): Promise<void>;
  /** Everything that was written to the terminal. */
  output(): string;
  /** Resolves to the exit code, which is 128 and more when a signal ended it. */
  left: Promise<number>;
  /** Closes the terminal, as a lost connection does. */
  hangUp(): void;
  kill(): void;
}

export const sitDown = (args: readonly string[], { columns = 80, rows = 24, env = {} } = {}): Person => {
  const inherited = { ...(process.env as Record<string, string>), TERM: 'xterm-256color', ...env };
  // Ink prints no screens where these say that nobody is there.
  for (const name of ['CI', 'VITEST', 'NO_COLOR', 'FORCE_COLOR'])
    delete (inherited as Record<string, string>)[name];
  const terminal = new Terminal({ cols: columns, rows, allowProposedApi: true });
  terminal.loadAddon(new UnicodeGraphemesAddon());
  const program = spawn(process.execPath, [cli, ...args], { cols: columns, rows, env: inherited });
  let output = '';
  program.onData(data => {
    output += data;
    terminal.write(data);
  });
  const left = new Promise<number>(resolve =>
    program.onExit(({ exitCode, signal }) => resolve(signal ? 128 + signal : exitCode)),
  );
  const screen = (): string => {
    const { active } = terminal.buffer;
    return Array.from({ length: terminal.rows }, (_, row) =>
      (active.getLine(active.viewportY + row)?.translateToString(true) ?? '').trimEnd(),
    ).join('\n');
  };
  return {
    pid: program.pid,
    type: keys => program.write(keys),
    resize: (cols, newRows) => {
      terminal.resize(cols, newRows);
      program.resize(cols, newRows);
    },
    screen,
    sees: async text => {
      try {
        await until(() => screen().includes(text));
      } catch {
        throw new Error(`"${text}" did not appear; the screen is:\n${screen()}`);
      }
    },
    output: () => output,
    left,
    // Not in its types.
    hangUp: () => (program as unknown as { destroy(): void }).destroy(),
    kill: () => program.kill('SIGKILL'),
  };
};
