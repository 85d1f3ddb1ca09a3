import type { PartState } from '../stack/stack.ts';

/** Every sign on screen; each takes one cell in every terminal, which emoji do not. */
export interface Glyphs {
  ellipsis: string;
  arrow: string;
  pointer: string;
  tick: string;
  cross: string;
  chosen: string;
  open: string;
  half: string;
  boxed: string;
  unboxed: string;
  bar: string;
  /** Of a bar whose place is not measured. */
  shade: string;
  sliver: string;
  track: string;
  moving: string;
  up: string;
  down: string;
  left: string;
  right: string;
  dot: string;
  horizontal: string;
  vertical: string;
  corner: { topLeft: string; topRight: string; bottomLeft: string; bottomRight: string };
  branch: string;
  spinner: readonly string[];
  /** Heights of a bar, lowest first; the first one stands for nothing. */
  levels: readonly string[];
  state: Readonly<Record<PartState, string>>;
}

export const unicodeGlyphs: Glyphs = {
  ellipsis: '…',
  arrow: '→',
  pointer: '▶',
  tick: '✔',
  cross: '✘',
  chosen: '●',
  open: '○',
  half: '◐',
  boxed: '■',
  unboxed: '□',
  bar: '█',
  shade: '▒',
  sliver: '▏',
  track: '░',
  moving: '●',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  dot: '·',
  horizontal: '─',
  vertical: '│',
  corner: { topLeft: '╭', topRight: '╮', bottomLeft: '╰', bottomRight: '╯' },
  branch: '├',
  spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
  levels: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  state: { running: '●', starting: '◌', paused: '=', stopped: '○', crashed: '✘' },
};

export const asciiGlyphs: Glyphs = {
  ellipsis: '~',
  arrow: '>',
  pointer: '>',
  tick: '+',
  cross: 'x',
  chosen: '*',
  open: 'o',
  half: '~',
  boxed: '#',
  unboxed: '_',
  bar: '#',
  shade: '=',
  sliver: '|',
  track: '.',
  moving: '*',
  up: '^',
  down: 'v',
  left: '<',
  right: '>',
  dot: '-',
  horizontal: '-',
  vertical: '|',
  corner: { topLeft: '+', topRight: '+', bottomLeft: '+', bottomRight: '+' },
  branch: '+',
  spinner: ['|', '/', '-', '\\'],
  levels: ['_', '.', ':', '-', '=', '+', '*', '#'],
  state: { running: '*', starting: '.', paused: '=', stopped: 'o', crashed: 'x' },
};

export const glyphsFor = (ascii: boolean): Glyphs => (ascii ? asciiGlyphs : unicodeGlyphs);

/** Whether the terminal is known to draw little more than ASCII: the Linux console, or a locale that is not UTF-8. */
export const needsAscii = (env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): boolean => {
  if (env.TERM === 'linux' || env.TERM === 'dumb') return true;
  // Windows has no locale variables; its terminals since Windows 10 draw these signs.
  if (platform === 'win32') return false;
  // Containers often set no locale at all, in terminals that draw everything.
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return locale !== '' && !/utf-?8/i.test(locale);
};
