import { inColumns } from '../../plain/columns.ts';
import { blank, line, span, wrap } from '../../plain/line.ts';
import { waterfall } from '../../plain/waterfall.ts';
import type { Entry, LabPrompt } from '../hooks/use-lab-prompt.ts';
import type { Row } from '../scroll.ts';
import { commandRows, type LabLook, progressRows, resultRows } from './lab-rows.ts';

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
  { entries, running, progress }: LabPrompt,
  look: LabLook,
): { rows: Row[]; lastEntry: number } => {
  const { glyphs, width, ascii, frame } = look;
  const last = entries.at(-1);
  const trace =
    last?.kind === 'result' && last.result.observed.kind === 'request'
      ? last.result.observed.trace
      : undefined;
  const spinner = glyphs.spinner[frame % glyphs.spinner.length] ?? '';
  const earlier = [
    ...welcome(width),
    ...entries.slice(0, running ? undefined : -1).flatMap(entry => [blank, ...entryRows(entry, look)]),
  ];
  const now: Row[] = running
    ? [
        ...commandRows(running, span(spinner, 'accent'), 'accent', width),
        ...(progress === undefined ? [] : progressRows(progress, width)),
      ]
    : last
      ? entryRows(last, look)
      : [];
  const bars =
    trace && look.inline && !running
      ? [
          blank,
          ...waterfall(trace, { width: width - 4, ascii, places: look.places }).map(row =>
            line('    ', ...row),
          ),
        ]
      : [];
  return { rows: [...earlier, blank, ...now, ...bars], lastEntry: earlier.length };
};
