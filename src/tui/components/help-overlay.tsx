import { blank, clip, column, type Line, line, span } from '../../plain/line.ts';
import { useKeys } from '../hooks/use-keys.ts';
import type { Scroll } from '../hooks/use-scroll.ts';
import { type Action, helpHints, type KeyMode } from '../keymap.ts';
import { type Shell, useShell } from '../shell.ts';
import { Rows } from './rows.tsx';

type Props = { rows: readonly Line[]; scroll: Scroll };

/** The help in the place of the screen below it. */
export const HelpOverlay = ({ rows, scroll: { top, height, handlers } }: Props) => {
  const { layout, navigate } = useShell();
  useKeys('help', { ...handlers, help: () => navigate({ type: 'help', open: false }) });
  return <Rows rows={rows.slice(top, top + height)} width={layout.text.width} />;
};

const nameWidth = 20;

/** The keys of a screen, and what the signs mean. */
export const helpLines = (
  mode: KeyMode,
  offered: (action: Action) => boolean,
  { glyphs, layout }: Shell,
): Line[] => {
  const { state } = glyphs;
  const sign = (of: string, means: string) => line('  ', span(column(of, nameWidth), 'strong'), span(means));
  return [
    line(span('Keys here', 'strong')),
    blank,
    ...helpHints(mode, offered, glyphs).map(({ keys, label }) =>
      line('  ', span(column(keys, nameWidth), 'accent'), span(label)),
    ),
    blank,
    line(span('Signs', 'strong')),
    blank,
    sign(`${state.running} ${state.starting} ${state.paused}`, 'part is running, starting, paused'),
    sign(`${state.stopped} ${state.crashed}`, 'part is stopped, crashed or killed'),
    sign(glyphs.bar.repeat(3), 'time, measured by the browser'),
    sign(glyphs.shade.repeat(3), 'time of a part, place not measured'),
    sign(`${glyphs.tick} ${glyphs.cross}`, 'as expected, not as expected'),
    sign(glyphs.pointer, 'what the prediction asks about'),
  ].map(row => clip(row, layout.text.width));
};
