import { inColumns } from '../../plain/columns.ts';
import type { Glyphs } from '../../plain/glyphs.ts';
import { blank, clip, type Line, line, span, wrap } from '../../plain/line.ts';
import { waterfall } from '../../plain/waterfall.ts';
import type { Trace } from '../../stack/browser/trace.ts';
import type { Entry, LabPrompt } from '../hooks/use-lab-prompt.ts';
import type { Row } from '../scroll.ts';
import { commandRows, type LabLook, resultRows } from './lab-rows.ts';

const tries = [
  ['request /guestbook', 'asks for a page'],
  ['stop app', 'takes a part away; start app brings it back'],
  ['sql "SELECT * FROM entries"', 'asks the database'],
  ['help', 'shows all commands'],
] as const;

const welcome = (width: number): Row[] => [
  ...wrap(
    'Every command runs on the stack of this machine. Nothing here changes what a lesson shows.',
    width,
  ).map(text => line(span(text))),
  blank,
  ...inColumns(tries, width - 4).map(text => line('    ', span(text, 'dim'))),
];

const entryRows = (entry: Entry, look: LabLook): Row[] => {
  if (entry.kind === 'result') return resultRows(entry.result, look);
  const { glyphs, width } = look;
  if (entry.kind === 'help') {
    return [
      ...commandRows(entry.input, span(glyphs.dot, 'accent'), 'strong', width),
      ...inColumns(entry.rows, width - 4).map(text => line('    ', span(text))),
    ];
  }
  const tone = { plain: 'accent', bad: 'bad', warn: 'warn' } as const;
  const sign = entry.tone === 'bad' ? glyphs.cross : glyphs.dot;
  return [
    ...commandRows(entry.input, span(sign, tone[entry.tone]), 'strong', width),
    ...entry.lines.flatMap(text => wrap(text, width - 4).map(part => line('    ', span(part, entry.tone)))),
  ];
};

/** All that was said at the lab's prompt, and the row in which the last command begins. */
export const transcript = (
  { entries, greeting }: Pick<LabPrompt, 'entries'> & { greeting?: readonly Row[] | undefined },
  look: Omit<LabLook, 'frame'>,
): { rows: Row[]; lastEntry: number } => {
  const full = { ...look, frame: 0 };
  const last = entries.at(-1);
  const earlier = [
    ...(greeting ?? welcome(look.width)),
    ...entries.slice(0, -1).flatMap(entry => [blank, ...entryRows(entry, full)]),
  ];
  return {
    rows: [...earlier, blank, ...(last ? [...entryRows(last, full), ...barRows(entries, look)] : [])],
    lastEntry: earlier.length,
  };
};

const requestOf = (entry: Entry | undefined): Trace | undefined =>
  entry?.kind === 'result' && entry.result.observed.kind === 'request'
    ? entry.result.observed.trace
    : undefined;

/** The bars of a request that was the last thing done, where there is no pane for them. */
const barRows = (entries: readonly Entry[], look: Omit<LabLook, 'frame'>): Row[] => {
  const { width, ascii, inline, places } = look;
  const trace = requestOf(entries.at(-1));
  if (!trace || !inline) return [];
  const explained = entries.filter(requestOf).length === 1;
  const bars = waterfall(trace, { width: width - 4, ascii, places, explained });
  return [blank, ...bars.map(row => line('    ', ...row))];
};

/** What was done last, or is being done, in one line. */
export const lastLine = (
  { running, entry }: { running: string | undefined; entry: Entry | undefined },
  width: number,
  glyphs: Glyphs,
): Line | undefined => {
  if (running !== undefined) return clip(line(span(`${glyphs.pointer} ${running} ...`, 'accent')), width);
  if (!entry || entry.kind === 'help') return undefined;
  const [sign, input, said, tone] =
    entry.kind === 'result'
      ? ([
          entry.result.ok ? glyphs.tick : glyphs.cross,
          entry.result.line.command.source,
          entry.result.summary,
          entry.result.ok ? 'good' : 'bad',
        ] as const)
      : ([glyphs.dot, entry.input, entry.lines[0] ?? '', entry.tone] as const);
  return clip(line(span(`${sign} `, tone), span(input, 'strong'), span(`  ${said}`)), width, glyphs.ellipsis);
};
