import { describe, expect, it } from 'vitest';
import { asciiGlyphs, unicodeGlyphs } from '../../src/plain/glyphs.ts';
import { actionOf, bindingsOf, footerHints, helpHints, keyModes, keysOf } from '../../src/tui/keymap.ts';

describe.each(keyModes)('in the mode %s', mode => {
  it('each key has one meaning', () => {
    const keys = bindingsOf(mode).flatMap(binding => binding.keys);
    expect(keys).toEqual([...new Set(keys)]);
  });

  it('Ctrl+C quits at once', () => {
    expect(actionOf(mode, 'ctrl+c')).toBe('interrupt');
  });

  it('there is a way back or out', () => {
    const ways = bindingsOf(mode).map(({ action }) => action);
    expect(['back', 'quit', 'cancel', 'help', 'interrupt'].some(way => ways.includes(way as never))).toBe(
      true,
    );
  });
});

it('only cancelling and looking around are possible while something runs', () => {
  const actions = new Set(bindingsOf('running').map(({ action }) => action));
  expect(actions).toEqual(
    new Set(['up', 'down', 'pageUp', 'pageDown', 'top', 'bottom', 'pane', 'cancel', 'interrupt']),
  );
});

it('names keys as the table does, also when several arrive at once', () => {
  expect(keysOf('', { upArrow: true })).toEqual(['up']);
  expect(keysOf('c', { ctrl: true })).toEqual(['ctrl+c']);
  expect(keysOf('j j\r', {})).toEqual(['j', 'space', 'j', 'enter']);
  expect(keysOf('q', { meta: true })).toEqual([]);
});

it('leaves to menus and fields what is theirs', () => {
  expect(actionOf('choose', 'enter')).toBeUndefined();
  expect(actionOf('prompt', 'q')).toBeUndefined();
  expect(actionOf('prompt', '?')).toBeUndefined();
  expect(actionOf('read', 'enter')).toBe('enter');
});

it('shows hints of what can be done now, and those of one label as one', () => {
  const hints = footerHints('read', action => action !== 'hint' && action !== 'previous', unicodeGlyphs);
  expect(hints).toContainEqual({ keys: '↑↓', label: 'scroll' });
  expect(hints).toContainEqual({ keys: '→', label: 'step' });
  expect(hints.map(({ label }) => label)).not.toContain('hint');
});

it('tells in the help what the footer leaves out, without any sign that ASCII lacks', () => {
  const hints = helpHints('read', () => true, asciiGlyphs);
  expect(hints).toContainEqual({ keys: 'Ctrl+C', label: 'quit at once' });
  expect(hints.map(({ keys }) => keys).join('')).toMatch(/^[ -~]*$/);
});

it.each([
  ['pick', 60],
  ['choose', 60],
  ['choose', 80],
] as const)('a hint can be seen in the footer of a prediction (%s) at %d columns', (mode, columns) => {
  const hints = footerHints(mode, action => mode !== 'pick' || action !== 'enter', unicodeGlyphs);
  const upToHint = hints.slice(0, hints.findIndex(({ label }) => label === 'hint') + 1);
  const right = hints.filter(({ label }) => ['help', 'back'].includes(label));
  const width = [...upToHint, ...right].map(({ keys, label }) => `${keys} ${label}   `).join('').length;
  expect(width).toBeLessThanOrEqual(columns);
});
