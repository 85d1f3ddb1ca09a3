import { complete } from '../lab/complete.ts';
import { help } from '../lab/help.ts';
import { parseLab } from '../lab/language.ts';
import { runLines } from '../lab/run.ts';
import type { Stack } from '../stack/stack.ts';
import type { Console } from './console.ts';
import { labPrinter } from './lab-lines.ts';

/** Reads commands of the lab language until the input ends; resolves to whether every line held. */
export const playLab = async (stack: Stack, console: Console, signal: AbortSignal): Promise<boolean> => {
  console.out('The stack is up. Type help for the commands, q to leave.');
  let held = true;
  while (!signal.aborted) {
    const written = await console.ask('lab> ', input => complete(input, stack.topology));
    if (written === undefined || ['q', 'quit', 'exit'].includes(written.trim())) break;
    const [word, name] = written.trim().split(/\s+/);
    if (word === 'help') {
      console.out(...help(name));
      continue;
    }
    const { lines, problems } = parseLab(written);
    console.out(...problems.map(({ message }) => message));
    if (problems.length > 0) held = false;
    const results = await runLines(lines, stack, { signal, ...labPrinter(console) });
    held &&= results.every(({ ok }) => ok);
  }
  return held;
};
