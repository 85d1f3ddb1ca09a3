/**
 * Makes the pictures of the README: starts the built program in a terminal, walks to a screen, and draws what
 * the terminal shows as SVG. Run by `npm run screenshots`, which builds first; behind `--` names of pictures, when
 * not all are wanted.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';
import { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes';
import xterm from '@xterm/headless';
import { loadCourse } from '../src/course/load.ts';
import { learnerOf } from './learner.ts';
import { toSvg } from './svg.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const program = join(root, 'dist', 'cli.mjs');
const pictures = join(root, 'docs', 'pictures');

interface Size {
  columns: number;
  rows: number;
}

interface Shot {
  name: string;
  /** For those who do not see the picture. */
  title: string;
  args: string[];
  /** Somebody has learned before. */
  learner?: true;
  /** Instead of a large and a small terminal. */
  size?: Size;
  /** Waits until the screen shows all these texts, then sends keys. */
  walk: { until: (string | RegExp)[]; send?: string }[];
}

const enter = '\r';
const tab = '\t';
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
  {
    name: 'load',
    title: 'The lab while visitors come and parts go and come back, with live meters',
    args: ['lab', '--topology', 'balanced'],
    size: { columns: 120, rows: 40 },
    walk: [
      { until: ['stack up'], send: `load 60/s in background${enter}` },
      { until: [/\b1\d s, in the background/], send: `kill app@server-2${enter}` },
      { until: [/\b2\d s, in the background/], send: `stop db-1${enter}` },
      { until: [/\b2[4-9] s, in the background/], send: `start db-1${enter}` },
      { until: [/\b3[3-9] s, in the background/] },
    ],
  },
  {
    name: 'mended',
    title: 'The lab with two of everything',
    args: ['lab', '--topology', 'mended'],
    walk: [{ until: ['stack up'], send: tab }, { until: ['off/on'] }],
  },
  {
    name: 'chaos-one-server',
    title: 'chaos on one server: whatever is killed, the site is down',
    args: ['lab', '--plain'],
    size: { columns: 80, rows: 17 },
    walk: [{ until: ['lab>'], send: `chaos${enter}` }, { until: [/killed in turn, 0 survived.*lab>/s] }],
  },
  {
    name: 'chaos',
    title: 'chaos on the mended design: whatever is killed, visitors are served',
    args: ['lab', '--plain', '--topology', 'mended'],
    size: { columns: 80, rows: 26 },
    walk: [
      { until: ['lab>'], send: `chaos${enter}` },
      { until: [/(\d+) killed in turn, \1 survived.*lab>/s] },
    ],
  },
  {
    name: 'challenge',
    title: 'A challenge: a broken stack, its goals, and a prompt',
    args: ['quiz', 'repairs'],
    walk: [
      { until: ['question 1 of', 'stack up', 'Begin'], send: enter },
      { until: ['not measured yet'], send: `request /guestbook${enter}` },
      { until: ['502'], send: `grade${enter}` },
      { until: ['0 of'] },
    ],
  },
  {
    name: 'result',
    title: 'The result of a quiz',
    args: ['quiz', 'request'],
    learner: true,
    walk: [{ until: [/question (\d+) of \1/, 'stack up'], send: enter }, { until: ['Passed'] }],
  },
  {
    name: 'progress',
    title: 'What was done, with the mastery of each challenge',
    args: [],
    learner: true,
    size: { columns: 120, rows: 40 },
    walk: [{ until: ['Continue with', 'stack up'], send: '6' }, { until: ['Mastery'] }],
  },
];

/** The README shows the first one. */
const sizes = [
  { columns: 120, rows: 40, suffix: '' },
  { columns: 80, rows: 24, suffix: '-80x24' },
];

/** A walk that gets nowhere is a broken picture, so it is an error. */
const patience = 300_000;

const take = async ({ args, walk, title, learner }: Shot, { columns, rows }: Size): Promise<string> => {
  const home = mkdtempSync(join(tmpdir(), 'pictures-'));
  if (learner) {
    const { course } = await loadCourse(root, { builtIn: true });
    writeFileSync(join(home, 'progress.json'), JSON.stringify(learnerOf(course, Date.now())));
  }
  const term = new xterm.Terminal({ cols: columns, rows, scrollback: 0, allowProposedApi: true });
  term.loadAddon(new UnicodeGraphemesAddon());
  const { CI: _ci, NO_COLOR: _noColor, ...env } = process.env;
  // The embedded parts are those that everybody has.
  const pty = spawn(process.execPath, [program, ...args, '--engine', 'embedded'], {
    cols: columns,
    rows,
    env: { ...env, TERM: 'xterm-256color', LANG: 'C.UTF-8', WEB_STACK_TUTOR_HOME: home },
  });
  const over = new Promise<void>(resolve => pty.onExit(() => resolve()));
  const screen = (): string =>
    Array.from({ length: rows }, (_, row) => term.buffer.active.getLine(row)?.translateToString(true)).join(
      '\n',
    );
  const shows = (text: string | RegExp): boolean =>
    typeof text === 'string' ? screen().includes(text) : text.test(screen());
  try {
    for (const { until, send } of walk) {
      await new Promise<void>((resolve, reject) => {
        const late = setTimeout(
          () => reject(new Error(`${until.join(', ')} did not appear:\n${screen()}`)),
          patience,
        );
        const look = () => {
          if (!until.every(shows)) return;
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
    pty.kill('SIGTERM');
    await over;
    rmSync(home, { recursive: true, force: true });
  }
};

const wanted = process.argv.slice(2);
mkdirSync(pictures, { recursive: true });
for (const shot of shots) {
  if (wanted.length > 0 && !wanted.includes(shot.name)) continue;
  for (const size of shot.size ? [{ ...shot.size, suffix: '' }] : sizes) {
    const name = `${shot.name}${size.suffix}.svg`;
    writeFileSync(join(pictures, name), await take(shot, size));
    console.log(name);
  }
}
