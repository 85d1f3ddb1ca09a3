import { useCallback, useEffect, useRef, useState } from 'react';
import { help } from '../../lab/help.ts';
import type { LabLine } from '../../lab/language.ts';
import { parseLab } from '../../lab/parse.ts';
import { type LineResult, runLines } from '../../lab/run.ts';
import { clean } from '../../plain/line.ts';
import { useShell } from '../shell.ts';

/** What the lab has said so far; `input` is a command that has no result of its own. */
export type Entry =
  | { kind: 'result'; result: LineResult }
  | { kind: 'said'; input: string; lines: readonly string[]; tone: 'plain' | 'bad' | 'warn' };

export interface LabPrompt {
  entries: readonly Entry[];
  running?: LabLine;
  /** Runs a line; while another one runs it is ignored. */
  enter(input: string): void;
  say(input: string, lines: readonly string[]): void;
  cancel(): void;
}

const most = 200;

/** The lab language at a prompt, on the running stack; leaving the screen cancels. */
export const useLabPrompt = (): LabPrompt => {
  const { connect } = useShell().stack;
  const [entries, setEntries] = useState<readonly Entry[]>([]);
  const [running, setRunning] = useState<LabLine>();
  const controller = useRef<AbortController>(undefined);
  const add = useCallback((entry: Entry) => setEntries(before => [...before, entry].slice(-most)), []);
  const cancel = useCallback(() => controller.current?.abort(), []);
  useEffect(() => cancel, [cancel]);

  const run = async (line: LabLine) => {
    const started = new AbortController();
    controller.current = started;
    const { signal } = started;
    const input = line.command.source;
    setRunning(line);
    try {
      const stack = await connect();
      const results = await runLines([line], stack, { signal });
      for (const result of results) add({ kind: 'result', result });
      if (results.length === 0) add({ kind: 'said', input, lines: ['cancelled'], tone: 'warn' });
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
    }
  };

  const enter = (input: string) => {
    if (controller.current) return;
    const [word, name] = input.trim().split(/\s+/);
    if (word === 'help' || word === '?')
      return add({ kind: 'said', input, lines: help(name), tone: 'plain' });
    const { lines, problems } = parseLab(input);
    for (const { message } of problems) add({ kind: 'said', input, lines: [message], tone: 'bad' });
    const [line] = lines;
    if (line && problems.length === 0) void run(line);
  };
  return {
    entries,
    ...(running ? { running } : {}),
    enter,
    say: (input, lines) => add({ kind: 'said', input, lines, tone: 'plain' }),
    cancel,
  };
};
