import type { Stack } from '../../stack/stack.ts';
import type { Topology } from '../../stack/topology.ts';
import type { Command, Observed, OpenEditor } from '../language.ts';

/** One command of the language as its author writes it; `Args` is what its words mean. */
interface Definition<Args> {
  name: string;
  /** Such as `resolve NAME [TYPE]`. */
  usage: string;
  /** What it does, in one line. */
  help: string;
  /** Whole lines that can be run as they stand. */
  examples: readonly string[];
  /** The words behind the name, without quotes. A problem is half a sentence; the usage is added to it. */
  parse(words: readonly string[]): { args: Args } | { problem: string };
  /** See `Command.run`. */
  run(
    args: Args,
    stack: Stack,
    signal: AbortSignal,
    tell: (progress: string) => void,
    openEditor?: OpenEditor,
  ): Promise<Observed>;
  /** See `Command.tool`. */
  tool?(args: Args, stack: Stack): string | undefined;
  /** Words that could stand behind those already there. */
  complete?(before: readonly string[], topology: Topology, files: readonly string[]): readonly string[];
}

/** One entry of the table of commands, which is the language. */
export interface CommandSpec
  extends Pick<Definition<never>, 'name' | 'usage' | 'help' | 'examples' | 'complete'> {
  parse(words: readonly string[], source: string): Command | { problem: string };
}

/** Makes a definition an entry of the table: what the stack cannot do becomes something observed. */
export const defineCommand = <Args>(definition: Definition<Args>): CommandSpec => {
  const { name, usage, help, examples, parse, run, tool, complete } = definition;
  return {
    name,
    usage,
    help,
    examples,
    ...(complete && { complete }),
    parse: (words, source) => {
      const parsed = parse(words);
      if ('problem' in parsed) return { problem: `${name}: ${parsed.problem}; usage: ${usage}` };
      const { args } = parsed;
      return {
        name,
        source,
        ...(tool && { tool: (stack: Stack) => tool(args, stack) }),
        run: (stack, signal, tell = () => {}, openEditor) =>
          run(args, stack, signal, tell, openEditor).catch(cannotBeDone),
      };
    },
  };
};

/** For commands that take no words. */
export const noWords = (words: readonly string[]): { args: undefined } | { problem: string } =>
  words.length === 0
    ? { args: undefined }
    : { problem: `nothing stands behind it, but there is "${words[0]}"` };

const cannotBeDone = (error: unknown): Observed => {
  // By name: importing the class would load everything that runs a stack.
  const foreseen = error instanceof Error && (error.name === 'StackError' || isSystemError(error));
  if (foreseen) return { kind: 'error', message: error.message };
  throw error;
};

/** Such as ENOSPC of a full disk: the next command may find room again. */
const isSystemError = (error: Error): boolean => 'code' in error && /^E[A-Z]+$/.test(String(error.code));

/** Runs something that answers nothing and says how long it took. */
export const timed = async (act: () => Promise<void> | void, message?: string): Promise<Observed> => {
  const start = performance.now();
  await act();
  return { kind: 'done', ...(message && { message }), durationMs: performance.now() - start };
};
