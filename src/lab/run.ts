import type { Stack } from '../stack/stack.ts';
import type { TopologyName } from '../stack/topology.ts';
import { judge } from './judge.ts';
import type { LabLine, Observed, OpenEditor } from './language.ts';

export interface LineResult {
  line: LabLine;
  /** What a person would have typed, as it was right before the command ran. */
  tool?: string;
  ok: boolean;
  /** The expectation in words; absent where the line states none, or `?`. */
  expected?: string;
  /** One plain line. */
  summary: string;
  observed: Observed;
}

export interface RunOptions {
  signal: AbortSignal;
  onStart?(line: LabLine, tool: string | undefined): void;
  /** How a command goes that takes long, about once a second. */
  onProgress?(line: LabLine, progress: string): void;
  onResult?(result: LineResult): void;
  /** Where there is a terminal that an editor can have. */
  openEditor?: OpenEditor;
}

/**
 * Runs command by command; later lines still run after one that failed. When it is aborted, the line that was
 * running gives no result and no further line starts.
 */
export const runLines = async (
  lines: readonly LabLine[],
  stack: Stack,
  { signal, onStart, onProgress, onResult, openEditor }: RunOptions,
): Promise<LineResult[]> => {
  const results: LineResult[] = [];
  // What a person would type goes through it; without it there is just less to show.
  await stack.openProxy().catch(() => {});
  for (const line of lines) {
    if (signal.aborted) break;
    // Before it runs: afterwards a killed part has no process id to show.
    const tool = line.command.tool?.(stack);
    onStart?.(line, tool);
    const tell = (progress: string): void => {
      if (!signal.aborted) onProgress?.(line, progress);
    };
    const observed = await untilAborted(() => line.command.run(stack, signal, tell, openEditor), signal);
    if (!observed) break;
    const { observed: summary, ...judgement } = judge(line.expectation, observed);
    const result = { line, ...(tool !== undefined && { tool }), ...judgement, summary, observed };
    results.push(result);
    onResult?.(result);
  }
  return results;
};

/** What ran in a block, and what the line that a prediction asks about observed. */
export interface BlockRun {
  results: LineResult[];
  asked?: Observed;
}

/**
 * Runs a lab block: puts the world back first, to the named topology if there is one, unless the block goes on in that of the one before.
 * Rejects with a StackError when the world cannot be put back.
 */
export const runBlock = async (
  {
    continues,
    lines,
    stack: topology,
  }: { continues: boolean; lines: readonly LabLine[]; stack?: TopologyName },
  stack: Stack,
  options: RunOptions,
): Promise<BlockRun> => {
  if (!continues) await untilAborted(() => stack.reset(topology), options.signal);
  const results = await runLines(lines, stack, options);
  const asked = results.find(({ line }) => line === askedLine(lines))?.observed;
  return { results, ...(asked && { asked }) };
};

/** The line whose answer a prediction asks for. */
export const askedLine = (lines: readonly LabLine[]): LabLine | undefined =>
  lines.find(({ expectation }) => expectation?.kind === 'asked');

/** What the work gives, or nothing once it is aborted, also for work that takes no notice of the signal. */
const untilAborted = async <Result>(
  work: () => Promise<Result>,
  signal: AbortSignal,
): Promise<Result | undefined> => {
  if (signal.aborted) return undefined;
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
  const onAbort = () => resolve(undefined);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};
