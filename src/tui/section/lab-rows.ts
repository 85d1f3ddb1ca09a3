import type { LabBlock } from '../../course/model.ts';
import { details } from '../../lab/observed.ts';
import type { LineResult } from '../../lab/run.ts';
import { commandLines } from '../../plain/command-lines.ts';
import type { Places } from '../../plain/evidence.ts';
import type { Glyphs } from '../../plain/glyphs.ts';
import { blank, cells, type Line, line, type Span, span, type Tone, wrap } from '../../plain/line.ts';
import { waterfall } from '../../plain/waterfall.ts';
import { type Run, requestOf } from './run.ts';

export interface LabLook {
  width: number;
  glyphs: Glyphs;
  ascii: boolean;
  /** A counter while something runs. */
  frame: number;
  /** The last request is drawn below the commands: there is no pane for it. */
  inline: boolean;
  places: Places;
}

const indent = '    ';

const indented = (text: string, width: number, tone?: 'dim' | 'bad' | 'warn'): Line[] =>
  wrap(text, Math.max(1, width - indent.length)).map(part => line(indent, span(part, tone)));

/** A log line or a row of a table; where it is longer than the screen, the rest hangs under it. */
const detail = (text: string, width: number): Line[] =>
  (cells(text) <= width - indent.length ? [text] : wrap(text, Math.max(1, width - indent.length - 2))).map(
    (part, index) => line(index === 0 ? indent : `${indent}  `, span(part, 'dim')),
  );

/** A command behind a sign that says how it stands with it. */
export const commandRows = (source: string, sign: Span, tone: Tone, width: number): Line[] =>
  wrap(source, Math.max(1, width - indent.length)).map((part, index) =>
    index === 0 ? line('  ', sign, ' ', span(part, tone)) : line(indent, span(part, tone)),
  );

/** The same with real tools, so that it works when it is copied. */
const toolRows = (tool: string, width: number): Line[] =>
  commandLines(tool, Math.max(1, width - indent.length - 2)).map((text, index) =>
    line(indent, span(`${index === 0 ? '$' : ' '} ${text}`, 'dim')),
  );

/** How it goes with a command that takes long. */
export const progressRows = (progress: string, width: number): Line[] => indented(progress, width, 'dim');

/** One command that has run: whether it is as expected, what was observed, and the same with real tools. */
export const resultRows = (result: LineResult, { width, glyphs }: LabLook): Line[] => {
  const asked = result.line.expectation?.kind === 'asked';
  const sign = asked ? glyphs.pointer : result.ok ? glyphs.tick : glyphs.cross;
  const tone = asked ? 'accent' : result.ok ? 'good' : 'bad';
  return [
    ...commandRows(result.line.command.source, span(sign, tone), 'strong', width),
    ...indented(result.summary, width),
    ...(result.ok || !result.expected ? [] : indented(`expected: ${result.expected}`, width, 'warn')),
    ...details(result.observed, width - indent.length).flatMap(text => detail(text, width)),
    ...(result.tool ? toolRows(result.tool, width) : []),
  ];
};

/** A lab block: what will run, what runs, what came of it. */
export const labRows = (lab: LabBlock, run: Run | undefined, look: LabLook): Line[] => {
  const { width, glyphs, ascii, frame, inline, places } = look;
  const spinner = glyphs.spinner[frame % glyphs.spinner.length] ?? '';
  const commands = lab.lines.flatMap((labLine): Line[] => {
    const result = run?.results.find(({ line: of }) => of === labLine);
    if (result) return resultRows(result, look);
    const running = run?.current === labLine;
    const tone = running ? 'accent' : 'dim';
    return [
      ...commandRows(labLine.command.source, span(running ? spinner : glyphs.open, tone), tone, width),
      ...(running && run?.progress !== undefined ? progressRows(run.progress, width) : []),
    ];
  });
  const request = run && requestOf(run);
  return [
    ...commands,
    ...(inline && request
      ? [blank, ...waterfall(request, { width: width - 2, ascii, places }).map(row => line('  ', ...row))]
      : []),
    ...stateRows(lab, run, width, glyphs, spinner),
  ];
};

const stateRows = (
  lab: LabBlock,
  run: Run | undefined,
  width: number,
  glyphs: Glyphs,
  spinner: string,
): Line[] => {
  const say = (text: string, tone: 'accent' | 'bad' | 'warn') => [
    blank,
    ...wrap(text, width).map(part => line(span(part, tone))),
  ];
  switch (run?.state) {
    case undefined:
      return say(
        `${glyphs.pointer} Enter runs ${lab.lines.length === 1 ? 'it' : 'these'} on the stack.`,
        'accent',
      );
    case 'running':
      return run.current ? [] : say(`${spinner} The stack is put back to the beginning.`, 'accent');
    case 'cancelled':
      return say(`${glyphs.pointer} Cancelled. Enter runs it again.`, 'warn');
    case 'failed':
      return say(`${glyphs.cross} ${run.error ?? 'It could not be run.'} Enter tries again.`, 'bad');
    case 'done':
      return [];
  }
};
