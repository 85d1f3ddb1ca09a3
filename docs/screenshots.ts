/**
 * Makes the pictures of the README: starts the built program in a terminal, walks to a screen, and draws what
 * the terminal shows as SVG. Run by `npm run screenshots`, which builds first.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';
import { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes';
import xterm from '@xterm/headless';
import { toSvg } from './svg.ts';

const program = fileURLToPath(new URL('../dist/cli.mjs', import.meta.url));
const pictures = fileURLToPath(new URL('./pictures/', import.meta.url));

interface Shot {
  name: string;
  /** For those who do not see the picture. */
  title: string;
  args: string[];
  /** Waits until the screen shows all these texts, then sends keys. */
  walk: { until: string[]; send?: string }[];
}

const enter = '\r';
const shots: Shot[] = [
  {
    name: 'home',
    title: 'The home screen beside the picture of the stack',
    args: [],
    walk: [{ until: ['Start with', 'stack up'] }],
  },
  {
    name: 'lesson',
    title: 'The first step of the lesson with the trace of its request',
    args: ['learn', 'user-story'],
    walk: [
      { until: ['step 1 of', 'stack up'], send: 'G' },
      { until: ['Enter run it'], send: enter },
      { until: ['The parts inside'] },
    ],
  },
  {
    name: 'quiz',
    title: 'A question of the quiz',
    args: ['quiz', 'request'],
    walk: [{ until: ['question 1 of', 'stack up'] }],
  },
];

/** The README shows the first one. */
const sizes = [
  { columns: 120, rows: 40, suffix: '' },
  { columns: 80, rows: 24, suffix: '-80x24' },
];

/** A walk that gets nowhere is a broken picture, so it is an error. */
const patience = 60_000;

const take = async (
  { args, walk, title }: Shot,
  { columns, rows }: (typeof sizes)[number],
): Promise<string> => {
  const home = mkdtempSync(join(tmpdir(), 'pictures-'));
  const term = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  term.loadAddon(new UnicodeGraphemesAddon());
  const { CI: _ci, NO_COLOR: _noColor, ...env } = process.env;
  const pty = spawn(process.execPath, [program, ...args], {
    cols: columns,
    rows,
    env: { ...env, TERM: 'xterm-256color', LANG: 'C.UTF-8', WEB_STACK_TUTOR_HOME: home },
  });
  const over = new Promise<void>(resolve => pty.onExit(() => resolve()));
  const screen = (): string =>
    Array.from({ length: rows }, (_, row) => term.buffer.active.getLine(row)?.translateToString(true)).join(
      '\n',
    );
  try {
    for (const { until, send } of walk) {
      await new Promise<void>((resolve, reject) => {
        const late = setTimeout(
          () => reject(new Error(`${until.join(', ')} did not appear:\n${screen()}`)),
          patience,
        );
        const look = () => {
          const shown = screen();
          if (!until.every(text => shown.includes(text))) return;
          clearTimeout(late);
          listener.dispose();
          resolve();
        };
        const listener = pty.onData(data => term.write(data, look));
        look();
      });
      if (send) pty.write(send);
    }
    return toSvg(term, title);
  } finally {
    pty.write('\u0003');
    await over;
    rmSync(home, { recursive: true, force: true });
  }
};

mkdirSync(pictures, { recursive: true });
for (const shot of shots) {
  for (const size of sizes) {
    const name = `${shot.name}${size.suffix}.svg`;
    writeFileSync(join(pictures, name), await take(shot, size));
    console.log(name);
  }
}
