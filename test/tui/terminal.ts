import { Console } from 'node:console';
import { PassThrough, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes';
import xterm from '@xterm/headless';
import { startTui, type TuiOptions } from '../../src/tui/start.tsx';
import { until } from '../until.ts';
import { liveStack } from './fake-stack.ts';
import { memoryStore } from './store.ts';

// Ink puts its own console in the place of the global one, and the test runner's lacks the class.
console.Console ??= Console;

/** The terminal is larger than the program is told, so that whatever leaves its screen can be seen. */
const beyond = 30;

export interface Size {
  columns: number;
  rows: number;
}

export const sizes: readonly Size[] = [
  { columns: 60, rows: 20 },
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 200, rows: 60 },
];

export const keys = {
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  enter: '\r',
  esc: '\u001b',
  tab: '\t',
  pageUp: '\u001b[5~',
  pageDown: '\u001b[6~',
  ctrlC: '\u0003',
} as const;

export interface Tui {
  term: xterm.Terminal;
  /** The visible lines, without spaces at their ends. */
  lines(): string[];
  screen(): string;
  /** Sends keys one by one, as a person does. */
  press(...sent: string[]): Promise<void>;
  /** Waits until the screen shows the text, or no longer shows it. */
  shows(text: string): Promise<void>;
  becomes(what: string, condition: () => boolean): Promise<void>;
  hides(text: string): Promise<void>;
  resize(size: Size): void;
  /** What stands outside the screen that the program was told of. */
  outside(): string[];
  raw(): string;
  /** The exit code, once it is there. */
  code: Promise<number>;
  end(): Promise<void>;
}

const mounted = new Set<Tui>();

/** For `afterEach`. */
export const unmountAll = async (): Promise<void> => {
  for (const tui of mounted) await tui.end();
};

export const mount = (size: Size, options: Omit<TuiOptions, 'stdin' | 'stdout'>): Tui => {
  const term = new xterm.Terminal({
    cols: size.columns + beyond,
    rows: size.rows + beyond,
    allowProposedApi: true,
  });
  term.loadAddon(new UnicodeGraphemesAddon());
  let raw = '';
  const stdout = Object.assign(
    new Writable({
      decodeStrings: false,
      write: (chunk: string, _encoding, done) => {
        raw += chunk;
        term.write(chunk.replaceAll('\n', '\r\n'), done);
      },
    }),
    { isTTY: true, ...size },
  );
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => stdin,
    ref: () => stdin,
    unref: () => stdin,
  });
  const leave = new AbortController();
  const code = startTui({
    ascii: false,
    colour: true,
    maxFps: 1000,
    signal: leave.signal,
    ...options,
    stdin: stdin as unknown as NodeJS.ReadStream,
    stdout: stdout as unknown as NodeJS.WriteStream,
  });
  const all = (): string[] => {
    const buffer = term.buffer.active;
    return Array.from({ length: term.rows }, (_, row) => buffer.getLine(row)?.translateToString(true) ?? '');
  };
  const told = { ...size };
  const tui: Tui = {
    term,
    lines: () => all().slice(0, told.rows),
    screen: () => tui.lines().join('\n'),
    press: async (...sent) => {
      for (const key of sent) {
        // What was drawn listens a few turns later than it is seen.
        for (let turn = 0; turn < 5; turn++) await setImmediate();
        stdin.write(key);
        await setImmediate();
      }
    },
    becomes: async (what, condition) => {
      await until(condition).catch(() => {
        throw new Error(`${what} did not happen:\n${tui.screen()}`);
      });
    },
    shows: text => tui.becomes(`showing "${text}"`, () => tui.screen().includes(text)),
    hides: text => tui.becomes(`hiding "${text}"`, () => !tui.screen().includes(text)),
    resize: ({ columns, rows }) => {
      Object.assign(told, { columns, rows });
      Object.assign(stdout, { columns, rows });
      term.resize(columns + beyond, rows + beyond);
      stdout.emit('resize');
    },
    outside: () =>
      all().flatMap((text, row) =>
        row >= told.rows ? (text === '' ? [] : [text]) : [...text].length > told.columns ? [text] : [],
      ),
    raw: () => raw,
    code,
    end: async () => {
      mounted.delete(tui);
      leave.abort();
      await code;
      term.dispose();
    },
  };
  mounted.add(tui);
  return tui;
};

/** Screens on a course folder, with progress in memory and a stack that needs no process. */
export const openCourse = (
  size: Size,
  dir: string,
  changes: Partial<TuiOptions> = {},
): Tui & { store: ReturnType<typeof memoryStore>; stack: ReturnType<typeof liveStack> } => {
  const store = memoryStore();
  const stack = liveStack();
  const tui = mount(size, {
    loadCourse: async () => {
      const { loadCourse } = await import('../../src/course/load.ts');
      return (await loadCourse(dir)).course;
    },
    openProgress: async () => store,
    openStack: async () => stack,
    openNetwork: () => Promise.reject(new Error('there is no private internet here: this is a test')),
    ...changes,
  });
  return Object.assign(tui, { store, stack });
};
