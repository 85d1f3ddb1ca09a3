import { complete } from '../lab/complete.ts';
import { help } from '../lab/help.ts';
import { parseLab } from '../lab/language.ts';
import { runLines } from '../lab/run.ts';
import type { Topology } from '../stack/topology.ts';
import { inFull, labPrinter } from './lab-lines.ts';
import type { Room } from './section.ts';
import { hanging } from './text.ts';

const leaving = ['q', 'quit', 'exit'];

/** Reads commands of the lab language until the learner leaves; resolves to whether every line held. */
export const playLab = async ({ console, openStack, signal }: Room): Promise<boolean> => {
  const stack = await openStack();
  const { out } = console;
  out('', 'The lab: what you type acts on the running stack. help shows how, q leaves.');
  let held = true;
  while (!signal.aborted) {
    const written = await console.ask('lab> ', input => completions(input, stack.topology));
    const words = written?.trim().split(/\s+/) ?? ['q'];
    const [word = '', name] = words;
    if (leaving.includes(word) && words.length === 1) break;
    if (word === 'help') {
      out(...help(name));
      continue;
    }
    const { lines, problems } = parseLab(written ?? '');
    out(...problems.flatMap(({ message }) => hanging('', message, console.width)));
    const results = await runLines(lines, stack, { signal, ...labPrinter(console, inFull) });
    held &&= problems.length === 0 && results.every(({ ok }) => ok);
  }
  return held;
};

/** The only one is finished, so the next word can follow it at once. */
const completions = (input: string, topology: Topology): string[] => {
  const all = complete(input, topology);
  return all.length === 1 ? all.map(word => `${word} `) : all;
};
