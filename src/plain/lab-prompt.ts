import { complete } from '../lab/complete.ts';
import { helpRows } from '../lab/help.ts';
import { type OpenEditor, parseLab } from '../lab/language.ts';
import { type LineResult, runLines } from '../lab/run.ts';
import { ownShellWords } from '../lab/shell.ts';
import { type Stack, StackError } from '../stack/stack.ts';
import { inColumns } from './columns.ts';
import { inFull, labPrinter } from './lab-lines.ts';
import { meterSentence } from './meter-lines.ts';
import { followMeters } from './meters.ts';
import type { Room } from './section.ts';
import { hanging } from './text.ts';

const leaving = ['q', 'quit', 'exit'];

/** Reads commands of the lab language until the learner leaves; resolves to whether every line held. */
export const playLab = async (room: Room): Promise<boolean> => {
  const { console, openStack, signal } = room;
  const stack = await openStack();
  const { out } = console;
  const greeting =
    'The lab: what you type acts on the running stack. help shows how, s opens a shell, q leaves.';
  out('', ...hanging('', greeting, console.width));
  let held = true;
  while (!signal.aborted) {
    const written = await console.ask('lab> ', input => completions(input, stack));
    if (written === undefined || isLeaving(written)) break;
    held = (await runWritten(written, stack, room)) && held;
  }
  return held;
};

export const isLeaving = (written: string): boolean => leaving.includes(written.trim());

/** Does what is written at the prompt; whether every line of it held. */
export const runWritten = async (
  written: string,
  stack: Stack,
  room: Room,
  onResult?: (result: LineResult) => void,
): Promise<boolean> => {
  const { console } = room;
  const { out } = console;
  const [word, name] = written.trim().split(/\s+/);
  if (word === 'help') {
    out(...inColumns(helpRows(name), console.width));
    return true;
  }
  if (ownShellWords.includes(written.trim())) return enterShell(room);
  const { lines, problems } = parseLab(written);
  out(...problems.flatMap(({ message }) => hanging('', message, console.width)));
  const results = await runCancellable(room, async running => {
    const meters = tellMeters(stack, text => out(...hanging('  ', text, console.width)));
    const style = { ...inFull, topology: () => stack.topology };
    return runLines(lines, stack, {
      signal: running,
      ...labPrinter(console, style),
      ...editorFor(room),
    }).finally(meters);
  });
  if (onResult) results.forEach(onResult);
  return problems.length === 0 && results.length === lines.length && results.every(({ ok }) => ok);
};

/** A file can be opened only by somebody who types. */
const editorFor = ({ console, signal }: Room): { openEditor?: OpenEditor } =>
  console.typed
    ? {
        openEditor: async path => {
          const { runOwnEditor } = await import('./own-editor.ts');
          await console.lend(() => runOwnEditor(path, signal));
        },
      }
    : {};

/** Ctrl+C ends what runs, and not the program. */
export const runCancellable = async <Result>(
  { console, signal }: Room,
  run: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> => {
  const cancelled = new AbortController();
  const attend = console.onInterrupt?.(() => {
    console.out('  cancelled');
    cancelled.abort();
  });
  try {
    return await run(AbortSignal.any([signal, cancelled.signal]));
  } finally {
    attend?.();
  }
};

/** While a command runs beside a load that goes on in the background: a line a second of what it measures. */
const tellMeters = (stack: Stack, tell: (text: string) => void): (() => void) => {
  const load = stack.currentLoad;
  if (!load || load.order.durationMs !== undefined) return () => {};
  let view = followMeters(undefined, { type: 'begun', order: load.order });
  return load.subscribe(window => {
    const before = view.samples.length;
    view = followMeters(view, { type: 'window', window });
    if (view.samples.length > before) tell(meterSentence(view));
  });
};

/** Lends the terminal to the learner's own shell; whether there was one. */
const enterShell = async ({ console, openNetwork, signal }: Room): Promise<boolean> => {
  try {
    if (!console.typed || !openNetwork)
      throw new StackError('a shell needs a terminal: web-stack-tutor shell runs its standard input by one');
    const network = await openNetwork();
    const { runOwnShell } = await import('./own-shell.ts');
    const code = await console.lend(() => runOwnShell(network, { leave: 'leads back to the lab', signal }));
    console.out(`Your shell has ended with exit code ${code}.`);
    return true;
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    console.out(...hanging('', error.message, console.width));
    return false;
  }
};

/** The only one is finished, so the next word can follow it at once. */
export const completions = (input: string, stack: Stack, words: readonly string[] = []): string[] => {
  const files = stack.files().map(({ name }) => name);
  const own = words.filter(word => word.startsWith(input));
  const all = [...own, ...complete(input, stack.topology, files)];
  return all.length === 1 ? all.map(word => `${word} `) : all;
};
