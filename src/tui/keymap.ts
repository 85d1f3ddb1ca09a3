import type { Key } from 'ink';
import type { Glyphs } from '../plain/glyphs.ts';

/**
 * What the screen is waiting for; each decides which keys mean something. `pick`: of the options none is chosen yet;
 * `choose`: one is, and Enter answers with it. `more`: there is text below that was not on screen yet. `prompt` and `command`: at the lab's prompt nothing, or something, is
 * typed; `task`: nothing at that of a challenge; `busy`: a command of it runs. `consent`: it is asked whether the blocks of a course from elsewhere may run. `stack`: the lab's picture, where a server or part is chosen; `detail`: its
 * trace, logs or meters.
 */
export const keyModes = [
  'always',
  'small',
  'help',
  'home',
  'list',
  'words',
  'search',
  'read',
  'more',
  'pick',
  'choose',
  'multiple',
  'order',
  'match',
  'type',
  'run',
  'consent',
  'running',
  'picture',
  'menu',
  'page',
  'prompt',
  'task',
  'command',
  'busy',
  'stack',
  'detail',
] as const;
export type KeyMode = (typeof keyModes)[number];

export type Action =
  | 'move'
  | 'choose'
  | 'number'
  | 'edit'
  | 'mark'
  | 'up'
  | 'down'
  | 'pageUp'
  | 'pageDown'
  | 'top'
  | 'bottom'
  | 'previous'
  | 'next'
  | 'first'
  | 'enter'
  | 'hint'
  | 'pane'
  | 'search'
  | 'glossary'
  | 'complete'
  | 'shell'
  | 'left'
  | 'right'
  | 'toggle'
  | 'kill'
  | 'pause'
  | 'restart'
  | 'reload'
  | 'logs'
  | 'trace'
  | 'meters'
  | 'help'
  | 'agree'
  | 'cancel'
  | 'back'
  | 'quit'
  | 'interrupt';

export interface Binding {
  keys: readonly string[];
  /** What it does, for the footer and the help; bindings of one label are shown together. */
  label: string;
  action: Action;
  when: readonly KeyMode[];
  /** Matched by the component that has the focus: a menu (ink-select-input) or a text field. */
  by?: 'menu' | 'field';
  /** In the help only. */
  minor?: true;
}

const menus = ['home', 'list', 'words', 'choose', 'multiple', 'order', 'match', 'menu'] as const;
const numbered = menus.filter(mode => mode !== 'order');
const scrolled = [
  'read',
  'more',
  'picture',
  'run',
  'running',
  'page',
  'help',
  'detail',
  'busy',
  'consent',
] as const;
/** Where the lab's stack has the keys. */
const lab = ['stack', 'detail'] as const;
const questions = ['pick', 'choose', 'multiple', 'order', 'match'] as const;
/** Where the other keys belong to a menu or field. */
const besides = [...questions, 'menu', 'type', 'stack'] as const;
const prompts = ['prompt', 'task', 'command'] as const;
const steps = ['read', 'more', ...questions, 'run'] as const;
/** Where letters are keys and nothing runs. */
const anywhere = ['home', 'list', ...steps, 'picture', 'menu', 'page'] as const;
/** Where a command may run that Ctrl+C ends first. */
const runsCommands: readonly KeyMode[] = ['busy', ...lab];

/** Every key of the program. The order is that of the footer, which drops hints from its end when there is no room. */
export const keymap: readonly Binding[] = [
  { keys: ['enter'], label: 'choose', action: 'choose', when: ['home', 'list', 'menu'], by: 'menu' },
  { keys: ['enter'], label: 'read its step', action: 'choose', when: ['words'], by: 'menu' },
  { keys: ['enter'], label: 'answer', action: 'choose', when: ['choose'], by: 'menu' },
  { keys: ['enter'], label: 'mark', action: 'choose', when: ['multiple'], by: 'menu' },
  { keys: ['enter'], label: 'take or put', action: 'choose', when: ['order'], by: 'menu' },
  { keys: ['enter'], label: 'pair or undo', action: 'choose', when: ['match'], by: 'menu' },
  { keys: ['space'], label: 'mark', action: 'mark', when: ['multiple'], minor: true },
  { keys: ['space'], label: 'take or put', action: 'mark', when: ['order'], minor: true },
  { keys: ['space'], label: 'pair or undo', action: 'mark', when: ['match'], minor: true },
  { keys: ['enter'], label: 'answer', action: 'edit', when: ['type'], by: 'field' },
  { keys: ['enter'], label: 'run', action: 'edit', when: ['command'], by: 'field' },
  { keys: ['enter'], label: 'run it', action: 'enter', when: ['run'] },
  { keys: ['y'], label: 'yes, run them', action: 'agree', when: ['consent'] },
  { keys: ['n', 'esc', 'q'], label: 'no', action: 'cancel', when: ['consent'] },
  { keys: ['enter'], label: 'go on', action: 'enter', when: ['read'] },
  { keys: ['enter'], label: 'read on', action: 'enter', when: ['more', 'pick'] },
  { keys: ['enter'], label: 'done', action: 'enter', when: ['search'] },
  { keys: ['up', 'k'], label: 'move', action: 'move', when: menus, by: 'menu' },
  { keys: ['down', 'j'], label: 'move', action: 'move', when: menus, by: 'menu' },
  { keys: ['up', 'k'], label: 'choose', action: 'move', when: ['pick'], by: 'menu' },
  { keys: ['down', 'j'], label: 'choose', action: 'move', when: ['pick'], by: 'menu' },
  { keys: ['1-9'], label: 'answer', action: 'number', when: ['pick'], by: 'menu' },
  { keys: ['1-9'], label: 'pick by number', action: 'number', when: numbered, by: 'menu', minor: true },
  { keys: ['1-9'], label: 'put in that place', action: 'number', when: ['order'], by: 'menu', minor: true },
  { keys: ['up', 'k'], label: 'scroll', action: 'up', when: scrolled },
  { keys: ['down', 'j'], label: 'scroll', action: 'down', when: scrolled },
  { keys: ['up'], label: 'history', action: 'edit', when: ['prompt', 'command'], by: 'field' },
  { keys: ['down'], label: 'history', action: 'edit', when: ['prompt', 'command'], by: 'field' },
  { keys: ['up'], label: 'history', action: 'edit', when: ['task'], by: 'field', minor: true },
  { keys: ['down'], label: 'history', action: 'edit', when: ['task'], by: 'field', minor: true },
  { keys: ['up', 'k'], label: 'select', action: 'up', when: ['stack'] },
  { keys: ['down', 'j'], label: 'select', action: 'down', when: ['stack'] },
  { keys: ['left'], label: 'select', action: 'left', when: ['stack'], minor: true },
  { keys: ['right'], label: 'select', action: 'right', when: ['stack'], minor: true },
  { keys: ['o'], label: 'off/on', action: 'toggle', when: ['stack'] },
  { keys: ['x'], label: 'kill', action: 'kill', when: ['stack'] },
  { keys: ['p'], label: 'pause', action: 'pause', when: ['stack'] },
  { keys: ['l'], label: 'logs', action: 'logs', when: lab },
  { keys: ['t'], label: 'trace', action: 'trace', when: lab },
  { keys: ['m'], label: 'meters', action: 'meters', when: lab },
  { keys: ['r'], label: 'restart', action: 'restart', when: ['stack'] },
  { keys: ['R'], label: 'reload', action: 'reload', when: ['stack'] },
  { keys: ['tab'], label: 'complete', action: 'complete', when: ['command'], by: 'field' },
  { keys: ['grade Enter'], label: 'measure', action: 'edit', when: ['task'], by: 'field' },
  { keys: ['hint Enter'], label: 'hint', action: 'edit', when: ['task'], by: 'field' },
  { keys: ['tab'], label: 'stack', action: 'complete', when: ['prompt', 'task'], by: 'field' },
  { keys: ['tab'], label: 'stack', action: 'pane', when: ['busy', 'detail'] },
  { keys: ['tab'], label: 'prompt', action: 'pane', when: ['stack'] },
  { keys: ['pageup'], label: 'scroll', action: 'pageUp', when: prompts },
  { keys: ['pagedown'], label: 'scroll', action: 'pageDown', when: prompts },
  // At the prompt a letter is a letter: sql, stop and status begin with it, too.
  { keys: ['s Enter'], label: 'shell', action: 'shell', when: ['prompt'], by: 'field' },
  { keys: ['s'], label: 'shell', action: 'shell', when: lab },
  { keys: ['h'], label: 'hint', action: 'hint', when: steps },
  { keys: ['left'], label: 'step', action: 'previous', when: [...steps, 'picture'] },
  { keys: ['right'], label: 'step', action: 'next', when: [...steps, 'picture'] },
  { keys: ['tab'], label: 'stack', action: 'pane', when: [...steps, 'running'] },
  { keys: ['<'], label: 'first step', action: 'first', when: [...steps, 'picture'], minor: true },
  { keys: ['tab'], label: 'text', action: 'pane', when: ['picture'] },
  { keys: ['/'], label: 'search', action: 'search', when: ['list', 'words'] },
  { keys: ['pageup', 'b'], label: 'page', action: 'pageUp', when: scrolled, minor: true },
  { keys: ['pagedown', 'space'], label: 'page', action: 'pageDown', when: scrolled, minor: true },
  { keys: ['pageup'], label: 'page', action: 'pageUp', when: besides, minor: true },
  { keys: ['pagedown'], label: 'page', action: 'pageDown', when: besides, minor: true },
  { keys: ['g', 'home'], label: 'start, end', action: 'top', when: scrolled, minor: true },
  { keys: ['G', 'end'], label: 'start, end', action: 'bottom', when: scrolled, minor: true },
  { keys: ['esc'], label: 'cancel', action: 'cancel', when: ['running', 'busy'] },
  { keys: ['esc'], label: 'stop searching', action: 'cancel', when: ['search'] },
  // A letter would be typed into a field.
  { keys: ['w'], label: 'words', action: 'glossary', when: [...anywhere, ...lab] },
  { keys: ['ctrl+g'], label: 'words', action: 'glossary', when: ['type', ...prompts] },
  { keys: ['q', 'esc', '?'], label: 'close', action: 'help', when: ['help'] },
  {
    keys: ['?'],
    label: 'help',
    action: 'help',
    when: [...anywhere, 'words', ...lab],
  },
  { keys: ['?'], label: 'help', action: 'edit', when: ['prompt', 'task'], by: 'field' },
  { keys: ['q'], label: 'quit', action: 'quit', when: ['home', 'small'] },
  { keys: ['esc'], label: 'back', action: 'back', when: ['type', ...prompts] },
  {
    keys: ['q', 'esc'],
    label: 'back',
    action: 'back',
    when: ['list', 'words', ...steps, 'picture', 'menu', 'page', ...lab],
  },
  {
    keys: ['ctrl+c'],
    label: 'quit at once',
    action: 'interrupt',
    when: keyModes.filter(mode => !runsCommands.includes(mode)),
    minor: true,
  },
  {
    keys: ['ctrl+c'],
    label: 'cancel what runs, or quit',
    action: 'interrupt',
    when: runsCommands,
    minor: true,
  },
];

export const bindingsOf = (mode: KeyMode): Binding[] => keymap.filter(({ when }) => when.includes(mode));

const named = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'esc'],
  ['tab', 'tab'],
] as const;

const typed: Record<string, string> = { ' ': 'space', '\r': 'enter', '\t': 'tab' };

/** The keys of one input event, by the names of the table; a slow line can deliver several at once. */
export const keysOf = (input: string, key: Partial<Key>): string[] => {
  const name = named.find(([flag]) => key[flag])?.[1];
  if (name) return [name];
  if (key.ctrl) return [`ctrl+${input}`];
  if (key.meta) return [];
  return [...input].map(char => typed[char] ?? char);
};

/** The action of a key, unless a menu or field takes care of it. */
export const actionOf = (mode: KeyMode, key: string): Action | undefined =>
  bindingsOf(mode).find(({ keys, by }) => by === undefined && keys.includes(key))?.action;

const signs = (glyphs: Glyphs): Record<string, string> => ({
  up: glyphs.up,
  down: glyphs.down,
  left: glyphs.left,
  right: glyphs.right,
  enter: 'Enter',
  esc: 'Esc',
  tab: 'Tab',
  space: 'Space',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
  'ctrl+c': 'Ctrl+C',
  'ctrl+g': 'Ctrl+G',
});

export interface Hint {
  keys: string;
  label: string;
}

/** Bindings as people read them, those of one label as one: `↑↓ scroll`, `PgUp/PgDn scroll`. */
const hintsOf = (bindings: readonly Binding[], glyphs: Glyphs, all: boolean): Hint[] => {
  const sign = signs(glyphs);
  return [...Map.groupBy(bindings, ({ label }) => label)].map(([label, group]) => ({
    label,
    keys: group
      .map(({ keys }) => (all ? keys : keys.slice(0, 1)).map(key => sign[key] ?? key).join(' '))
      .join(all ? '  ' : group.some(({ keys: [key = ''] }) => (sign[key] ?? key).length > 1) ? '/' : ''),
  }));
};

/** `offered` tells which actions make sense now: no hint is shown for the others. */
export const footerHints = (mode: KeyMode, offered: (action: Action) => boolean, glyphs: Glyphs): Hint[] =>
  hintsOf(
    bindingsOf(mode).filter(({ action, by, minor }) => !minor && (by !== undefined || offered(action))),
    glyphs,
    false,
  );

export const helpHints = (mode: KeyMode, offered: (action: Action) => boolean, glyphs: Glyphs): Hint[] =>
  hintsOf(
    bindingsOf(mode).filter(({ action, by }) => by !== undefined || offered(action)),
    glyphs,
    true,
  );
