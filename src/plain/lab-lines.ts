import type { LabLine } from '../lab/language.ts';
import type { LineResult } from '../lab/run.ts';
import { resultLines } from '../lab/script.ts';
import type { Console } from './console.ts';
import { glyphsFor } from './glyphs.ts';
import { waterfall } from './waterfall.ts';

/** Prints a lab block while it runs. */
export const labPrinter = (console: Console) => {
  const { tick, cross } = glyphsFor(console.ascii);
  return {
    onStart: ({ command }: LabLine, tool: string | undefined): void => {
      console.out('', `> ${command.source}`);
      if (tool !== undefined) console.out(`  $ ${tool}`);
    },
    onResult: (result: LineResult): void => {
      if (result.observed.kind === 'request') {
        const { width, ascii } = console;
        for (const line of waterfall(result.observed.trace, { width: width - 2, ascii }))
          console.out([{ text: '  ' }, ...line]);
      }
      console.out(...resultLines(result, { yes: tick, no: cross }));
    },
  };
};
