import { useState } from 'react';
import { blank, clip, column, type Line, line, span } from '../../plain/line.ts';
import { useKeys } from '../hooks/use-keys.ts';
import { type Action, helpHints, type KeyMode } from '../keymap.ts';
import { clampTop } from '../scroll.ts';
import { type Shell, useShell } from '../shell.ts';
import { Rows } from './rows.tsx';

type Props = { mode: KeyMode; offered: (action: Action) => boolean };

/** The keys of the screen below it, and what the signs mean. */
export const HelpOverlay = ({ mode, offered }: Props) => {
  const shell = useShell();
  const { width, height } = shell.layout.text;
  const [top, setTop] = useState(0);
  const rows = helpLines(mode, offered, shell).map(row => clip(row, width));
  const scroll = (to: number) => () => setTop(clampTop(to, rows.length, height));
  useKeys('help', {
    help: () => shell.navigate({ type: 'help', open: false }),
    up: scroll(top - 1),
    down: scroll(top + 1),
    pageUp: scroll(top - height),
    pageDown: scroll(top + height),
    top: scroll(0),
    bottom: scroll(rows.length),
  });
  const from = clampTop(top, rows.length, height);
  return <Rows rows={rows.slice(from, from + height)} width={width} />;
};

const helpLines = (mode: KeyMode, offered: Props['offered'], { glyphs }: Shell): Line[] => {
  const { state } = glyphs;
  const sign = (of: string, means: string) => line('  ', span(column(of, 18), 'strong'), span(means));
  return [
    line(span('Keys here', 'strong')),
    blank,
    ...helpHints(mode, offered, glyphs).map(({ keys, label }) =>
      line('  ', span(column(keys, 18), 'accent'), span(label)),
    ),
    blank,
    line(span('Signs', 'strong')),
    blank,
    sign(`${state.running} ${state.starting} ${state.paused}`, 'a part is running, starting, paused'),
    sign(`${state.stopped} ${state.crashed}`, 'a part is stopped, has crashed'),
    sign(glyphs.bar.repeat(3), 'time measured by the browser, in its place'),
    sign(glyphs.shade.repeat(3), 'time of a part; where in the bar above is not measured'),
    sign(`${glyphs.tick} ${glyphs.cross}`, 'as expected, not as expected'),
  ];
};
