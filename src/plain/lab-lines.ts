import type { LabLine, Observed } from '../lab/language.ts';
import { details } from '../lab/observed.ts';
import type { LineResult } from '../lab/run.ts';
import type { Topology } from '../stack/topology.ts';
import type { Console } from './console.ts';
import { hopLines } from './hop-lines.ts';
import { stackSentences } from './stack-sentences.ts';
import { counted, hanging } from './text.ts';

export interface LabStyle {
  /** What a person would type: of use only while the stack runs. */
  tools: boolean;
  /** Tell of each request what every part did. */
  hops: boolean;
  /** Rows or log lines of one answer; the last ones are told. */
  mostDetails: number;
  /** The plan that holds now, for whoever asks how the stack stands. */
  topology?: () => Topology;
}

/** Everything, for somebody who is there. */
export const inFull: LabStyle = { tools: true, hops: true, mostDetails: 20 };

const indent = '  ';

/** Prints commands and what came of them while they run. */
export const labPrinter = (console: Console, style: LabStyle) => ({
  onStart: ({ command }: LabLine, tool: string | undefined): void => {
    // One that is told at length stands by itself.
    console.out(...(style.hops || style.tools ? [''] : []), `> ${command.source}`);
    // Not wrapped: it has to work when it is pasted.
    if (style.tools && tool !== undefined) console.out(`${indent}$ ${tool}`);
  },
  onProgress: (_: LabLine, progress: string): void =>
    console.out(...hanging(indent, progress, console.width)),
  onResult: (result: LineResult): void => console.out(...resultLines(result, console.width, style)),
});

const resultLines = (
  result: LineResult,
  width: number,
  { hops, mostDetails, topology }: LabStyle,
): string[] => {
  const { observed } = result;
  const { told, of } = lastOf(observed, mostDetails);
  return [
    ...hanging(indent, sentenceOf(result), width),
    ...(hops && observed.kind === 'request' ? hopLines(observed.trace, width, indent) : []),
    ...(topology && observed.kind === 'status'
      ? stackSentences(topology(), observed.parts).flatMap(text => hanging(indent, text, width))
      : []),
    ...(of === undefined ? [] : [`${indent}(the last ${mostDetails} of ${of})`]),
    ...details(told, width - indent.length).flatMap(line => hanging(indent, line, width)),
  ];
};

/** With no more than `most` rows or log lines, and of how many these are the last, where some are left out. */
const lastOf = (observed: Observed, most: number): { told: Observed; of?: string } => {
  if (observed.kind === 'sql' && observed.result.rows.length > most) {
    const { rows } = observed.result;
    const told: Observed = { ...observed, result: { ...observed.result, rows: rows.slice(-most) } };
    return { told, of: counted(rows.length, 'row') };
  }
  if (observed.kind === 'logs' && observed.lines.length > most) {
    const { lines } = observed;
    return { told: { ...observed, lines: lines.slice(-most) }, of: counted(lines.length, 'line') };
  }
  return { told: observed };
};

/** What was observed, and whether that is what the line expects; one that asks expects nothing. */
const sentenceOf = ({ ok, expected, summary }: LineResult): string => {
  if (expected === undefined) return ok ? summary : `could not be done: ${summary}`;
  return ok ? `${summary} (as expected)` : `${summary} (NOT as expected: ${expected})`;
};
