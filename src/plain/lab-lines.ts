import type { LabLine } from '../lab/language.ts';
import { details } from '../lab/observed.ts';
import type { LineResult } from '../lab/run.ts';
import type { Console } from './console.ts';
import { hopLines } from './hop-lines.ts';
import { hanging } from './text.ts';

export interface LabStyle {
  /** What a person would type: of use only while the stack runs. */
  tools: boolean;
  /** Tell of each request what every part did. */
  hops: boolean;
  /** Rows or log lines of one answer; the last ones are told. */
  mostDetails: number;
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
  onResult: (result: LineResult): void => console.out(...resultLines(result, console.width, style)),
});

const resultLines = (result: LineResult, width: number, { hops, mostDetails }: LabStyle): string[] => {
  const { observed } = result;
  const all = details(observed);
  const told = all.slice(-mostDetails);
  return [
    ...hanging(indent, sentenceOf(result), width),
    ...(hops && observed.kind === 'request' ? hopLines(observed.trace, width, indent) : []),
    ...(told.length < all.length ? [`${indent}(the last ${told.length} of ${all.length} lines)`] : []),
    ...told.flatMap(line => hanging(indent, line, width)),
  ];
};

/** What was observed, and whether that is what the line expects; one that asks expects nothing. */
const sentenceOf = ({ ok, expected, summary }: LineResult): string => {
  if (expected === undefined) return ok ? summary : `could not be done: ${summary}`;
  return ok ? `${summary} (as expected)` : `${summary} (NOT as expected: ${expected})`;
};
