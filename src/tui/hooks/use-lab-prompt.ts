import { useCallback, useEffect, useRef, useState } from 'react';
import { type HelpRow, helpRows } from '../../lab/help.ts';
import type { LabLine } from '../../lab/language.ts';
import { parseLab } from '../../lab/parse.ts';
import { type LineResult, runLines } from '../../lab/run.ts';
import { ownShellWords } from '../../lab/shell.ts';
import { clean } from '../../plain/line.ts';
import { useShell } from '../shell.ts';

/** What the lab has said so far; `input` is a command that has no result of its own. */
export type Entry =
  | { kind: 'result'; result: LineResult }
  | { kind: 'said'; input: string; lines: readonly string[]; tone: 'plain' | 'bad' | 'warn' }
  | { kind: 'help'; input: string; rows: readonly HelpRow[] };

export interface LabPrompt {
  entries: readonly Entry[];
  /** What is being done. */
  running?: string;
  /** How it goes with what takes long. */
  progress?: string;
  /** Runs a line, or opens the learner's own shell; behind what runs already, as the lines of a paste do. */
  enter(input: string): void;
  say(input: string, lines: readonly string[]): void;
  cancel(): void;
}

const most = 200;

/** The lab language at a prompt, on the running stack; leaving the screen cancels. */
export const useLabPrompt = (): LabPrompt => {
  const {
    stack: { connect },
    enterShell,
  } = useShell();
  const [entries, setEntries] = useState<readonly Entry[]>([]);
  const [running, setRunning] = useState<string>();
  const [progress, setProgress] = useState<string>();
  const controller = useRef<AbortController>(undefined);
  const add = useCallback((entry: Entry) => setEntries(before => [...before, entry].slice(-most)), []);
  const waiting = useRef<string[]>([]);
  const dropped = useRef(0);
  const cancel = useCallback(() => {
    dropped.current = waiting.current.splice(0).length;
    controller.current?.abort();
  }, []);
  useEffect(() => cancel, [cancel]);

  const run = async (input: string, work: (signal: AbortSignal) => Promise<Entry[]>) => {
    const started = new AbortController();
    controller.current = started;
    setRunning(input);
    try {
      for (const entry of await work(started.signal)) add(entry);
    } catch (error) {
      add({
        kind: 'said',
        input,
        lines: [clean(error instanceof Error ? error.message : String(error))],
        tone: 'bad',
      });
    } finally {
      controller.current = undefined;
      setRunning(undefined);
      setProgress(undefined);
    }
    while (!controller.current && waiting.current.length > 0) enter(waiting.current.shift() ?? '');
  };

  const runLine = async (line: LabLine, signal: AbortSignal): Promise<Entry[]> => {
    const results = await runLines([line], await connect(), {
      signal,
      onProgress: (_, told) => setProgress(told),
    });
    return results.length > 0
      ? results.map(result => ({ kind: 'result', result }))
      : [{ kind: 'said', input: line.command.source, lines: [cancelled(dropped.current)], tone: 'warn' }];
  };

  const enter = (input: string): void => {
    if (controller.current) {
      waiting.current.push(input);
      return;
    }
    const [word, name] = input.trim().split(/\s+/);
    if (word === 'help' || word === '?') {
      add({ kind: 'help', input, rows: helpRows(name) });
      return;
    }
    if (ownShellWords.includes(input.trim()))
      return void run(input.trim(), async signal => [
        { kind: 'said', input: input.trim(), lines: [await enterShell(signal)], tone: 'plain' },
      ]);
    const { lines, problems } = parseLab(input);
    for (const { message } of problems) add({ kind: 'said', input, lines: [message], tone: 'bad' });
    const [line] = lines;
    if (line && problems.length === 0) void run(line.command.source, signal => runLine(line, signal));
  };
  return {
    entries,
    ...(running ? { running } : {}),
    ...(progress === undefined ? {} : { progress }),
    enter,
    say: (input, lines) => add({ kind: 'said', input, lines, tone: 'plain' }),
    cancel,
  };
};

const cancelled = (dropped: number): string =>
  dropped === 0
    ? 'cancelled'
    : `cancelled, and ${dropped} more ${dropped === 1 ? 'line was' : 'lines were'} not run`;
