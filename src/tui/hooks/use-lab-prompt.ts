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
  /** The last ones, oldest first. */
  entries: readonly Entry[];
  /** How many there have been. */
  told: number;
  /** What is being done. */
  running?: string;
  /** How it goes with what takes long. */
  progress?: string;
  /** Runs a line, or opens the learner's own shell; behind what runs already, as the lines of a paste do. */
  enter(input: string): void;
  /** Runs a line at once where what runs is only waiting, such as a load; otherwise as `enter` does. */
  act(input: string): void;
  say(input: string, lines: readonly string[]): void;
  cancel(): void;
}

/** What else can be entered, and who hears of what was observed: of a prompt at which there is a task. */
export interface PromptTask {
  /** What each word does; the line of help behind it. */
  words: Readonly<Record<string, TaskWord>>;
  onResult(result: LineResult): void;
}

export interface TaskWord {
  help: string;
  run(signal: AbortSignal, tell: (progress: string) => void): Promise<Entry[]> | Entry[];
}

const most = 200;

/** Commands that leave the stack to others while they run: breaking something meanwhile is what they are for. */
const waits: readonly string[] = ['load', 'wait'];

/** The lab language at a prompt, on the running stack; leaving the screen cancels. */
export const useLabPrompt = (task?: PromptTask): LabPrompt => {
  const {
    stack: { connect },
    enterShell,
    openEditor,
  } = useShell();
  const [{ entries, told }, setSaid] = useState<Pick<LabPrompt, 'entries' | 'told'>>({
    entries: [],
    told: 0,
  });
  const [running, setRunning] = useState<string>();
  const [progress, setProgress] = useState<string>();
  const controller = useRef<AbortController>(undefined);
  const current = useRef('');
  const beside = useRef(new AbortController());
  const add = useCallback(
    (entry: Entry) =>
      setSaid(before => ({ entries: [...before.entries, entry].slice(-most), told: before.told + 1 })),
    [],
  );
  const waiting = useRef<string[]>([]);
  const dropped = useRef(0);
  const cancel = useCallback(() => {
    dropped.current = waiting.current.splice(0).length;
    controller.current?.abort();
  }, []);
  useEffect(
    () => () => {
      cancel();
      beside.current.abort();
      beside.current = new AbortController();
    },
    [cancel],
  );

  const say = (input: string, error: unknown): void =>
    add({
      kind: 'said',
      input,
      lines: [clean(error instanceof Error ? error.message : String(error))],
      tone: 'bad',
    });

  const run = async (input: string, work: (signal: AbortSignal) => Promise<Entry[]>) => {
    const started = new AbortController();
    controller.current = started;
    current.current = input.split(/\s/, 1)[0] ?? '';
    setRunning(input);
    try {
      for (const entry of await work(started.signal)) add(entry);
    } catch (error) {
      say(input, error);
    } finally {
      controller.current = undefined;
      setRunning(undefined);
      setProgress(undefined);
    }
    while (!controller.current && waiting.current.length > 0) enter(waiting.current.shift() ?? '');
  };

  const runLine = async (
    line: LabLine,
    signal: AbortSignal,
    onProgress: (told: string) => void,
  ): Promise<Entry[]> => {
    const results = await runLines([line], await connect(), {
      signal,
      onProgress: (_, told) => onProgress(told),
      openEditor,
    });
    if (task) results.forEach(task.onResult);
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
    const own = task?.words ?? {};
    if (word === 'help' || word === '?') {
      const ownRows =
        name === undefined ? Object.entries(own).map(([of, { help }]): HelpRow => [of, help]) : [];
      add({ kind: 'help', input, rows: [...ownRows, ...helpRows(name)] });
      return;
    }
    const written = input.trim().replace(/\s+/g, ' ');
    const meant = Object.hasOwn(own, written) ? own[written] : undefined;
    if (meant) return void run(written, async signal => meant.run(signal, setProgress));
    if (ownShellWords.includes(input.trim()))
      return void run(input.trim(), async signal => [
        { kind: 'said', input: input.trim(), lines: [await enterShell(signal)], tone: 'plain' },
      ]);
    const { lines, problems } = parseLab(input);
    for (const { message } of problems) add({ kind: 'said', input, lines: [message], tone: 'bad' });
    const [line] = lines;
    if (line && problems.length === 0)
      void run(line.command.source, signal => runLine(line, signal, setProgress));
  };

  const act = (input: string): void => {
    const [line] = parseLab(input).lines;
    if (!line || !controller.current || !waits.includes(current.current)) {
      enter(input);
      return;
    }
    const { signal } = beside.current;
    runLine(line, signal, () => {}).then(
      results => !signal.aborted && results.forEach(add),
      error => say(input, error),
    );
  };
  return {
    entries,
    told,
    ...(running ? { running } : {}),
    ...(progress === undefined ? {} : { progress }),
    enter,
    act,
    say: (input, lines) => add({ kind: 'said', input, lines, tone: 'plain' }),
    cancel,
  };
};

const cancelled = (dropped: number): string =>
  dropped === 0
    ? 'cancelled'
    : `cancelled, and ${dropped} more ${dropped === 1 ? 'line was' : 'lines were'} not run`;
