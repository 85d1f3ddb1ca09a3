import { Box } from 'ink';
import type { ReactNode } from 'react';
import { cells, clip, column, cut, type Line, line, span, widthOf } from '../../plain/line.ts';
import type { CourseView } from '../hooks/use-course.ts';
import { type Handlers, useKeys } from '../hooks/use-keys.ts';
import { useScroll } from '../hooks/use-scroll.ts';
import { type Action, footerHints, type Hint, type KeyMode } from '../keymap.ts';
import { type Shell, useShell } from '../shell.ts';
import { HelpOverlay, helpLines } from './help-overlay.tsx';
import { LineText } from './rows.tsx';

type Props = {
  mode: KeyMode;
  title: string;
  /** At the right of the title: `step 3 of 10`. */
  detail?: string;
  handlers?: Handlers;
  /** How much of the text lies above and below; shown in the rule at the bottom. */
  scroll?: { top: number; total: number; height: number };
  children: ReactNode;
};

/** Header, body, footer; and the help in the place of the body. Always exactly as large as the terminal. */
export const Frame = ({ mode, title, detail, handlers = {}, scroll, children }: Props) => {
  const shell = useShell();
  const { layout, help, blocked, navigate, quit } = shell;
  const all: Handlers = {
    back: () => navigate({ type: 'back' }),
    help: () => navigate({ type: 'help', open: true }),
    ...(hasGlossary(shell.course) ? { glossary: () => navigate({ type: 'glossary', open: true }) } : {}),
    quit: () => quit(0),
    ...handlers,
  };
  const offered = (action: Action) => action === 'interrupt' || all[action] !== undefined;
  const helpRows = help ? helpLines(mode, offered, shell) : [];
  const helpScroll = useScroll(helpRows, layout.text.height, help ? 'open' : 'closed');
  // The help and the notice have keys of their own.
  useKeys(mode, blocked ? {} : all);
  const width = layout.columns;
  return (
    <Box flexDirection="column" width={width} height={layout.rows} overflow="hidden">
      <LineText of={header(title, detail, shell)} />
      <LineText of={rule(width, shell)} />
      <Box
        flexDirection="column"
        height={layout.body.height + 2 * layout.air}
        paddingX={layout.margin}
        paddingY={layout.air}
        overflow="hidden"
      >
        {help && <HelpOverlay rows={helpRows} scroll={helpScroll} />}
        <Box display={help ? 'none' : 'flex'} flexDirection="column">
          {children}
        </Box>
      </Box>
      <LineText of={rule(width, shell, help ? helpScroll : scroll, shell.stack.progress)} />
      <LineText
        of={
          help
            ? footer(
                footerHints('help', () => true, shell.glyphs),
                width,
              )
            : footer(footerHints(mode, offered, shell.glyphs), width)
        }
      />
    </Box>
  );
};

const hasGlossary = (course: CourseView): boolean =>
  course.state === 'ready' && (course.course.glossary ?? []).length > 0;

const header = (title: string, detail: string | undefined, { layout, stack, glyphs }: Shell): Line => {
  const sign = { starting: glyphs.state.starting, ready: glyphs.state.running, failed: glyphs.cross }[
    stack.state
  ];
  const tone = { starting: 'warn', ready: 'good', failed: 'bad' } as const;
  const state = `${sign} stack ${stack.state === 'ready' ? 'up' : stack.state}`;
  const name = ' web-stack-tutor ';
  const behind = detail ? ` ${glyphs.dot} ${detail}` : '';
  const room = layout.columns - cells(name) - cells(behind) - cells(state) - 4;
  const shown = cut(title, Math.max(0, room), glyphs.ellipsis);
  const left = line(span(name, 'accent'), span(` ${shown}`, 'strong'), span(behind, 'dim'));
  const gap = Math.max(1, layout.columns - widthOf(left) - cells(state) - 1);
  return clip(
    line(...left, ' '.repeat(gap), span(state, tone[stack.state])),
    layout.columns,
    glyphs.ellipsis,
  );
};

const rule = (width: number, { glyphs }: Shell, scroll?: Props['scroll'], news?: string): Line => {
  const { horizontal, up, down } = glyphs;
  if (news) {
    const text = ` ${cut(news, Math.max(0, width - 6), glyphs.ellipsis)} `;
    const rest = Math.max(0, width - 2 - cells(text));
    return [span(horizontal.repeat(2), 'dim'), span(text, 'warn'), span(horizontal.repeat(rest), 'dim')];
  }
  if (!scroll || scroll.total <= scroll.height) return [span(horizontal.repeat(width), 'dim')];
  const below = scroll.top + scroll.height < scroll.total;
  const percent = Math.min(100, Math.round(((scroll.top + scroll.height) / scroll.total) * 100));
  const signs = `${scroll.top > 0 ? up : ''}${below ? down : ''}`;
  const note = ` ${signs} ${percent} %${below ? ', more below' : ''} `;
  return [
    span(horizontal.repeat(Math.max(0, width - cells(note) - 2)), 'dim'),
    span(note, below ? 'accent' : 'dim'),
    span(horizontal.repeat(2), 'dim'),
  ];
};

/** The hints that fit, from the left; those for help and back stay at the right. */
const footer = (hints: readonly Hint[], width: number): Line => {
  const fixed = new Set(['help', 'back', 'quit', 'close', 'cancel']);
  const piece = ({ keys, label }: Hint): Line => line(span(keys, 'accent'), span(` ${label}`, 'dim'), '   ');
  const right = hints.filter(({ label }) => fixed.has(label)).flatMap(hint => [...piece(hint)]);
  const left: Line[] = [];
  let room = width - widthOf(right) - 2;
  for (const hint of hints.filter(({ label }) => !fixed.has(label))) {
    const next = piece(hint);
    room -= widthOf(next);
    if (room < 0) break;
    left.push(next);
  }
  const used = left.reduce((sum, part) => sum + widthOf(part), 0);
  const gap = column('', Math.max(1, width - widthOf(right) - used - 1 + 2));
  return clip(line(' ', ...left.flat(), gap, ...right.slice(0, -1)), width, '');
};
