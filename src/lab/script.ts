import type { Stack } from '../stack/stack.ts';
import { jsonLine, toJson } from './json.ts';
import { details } from './observed.ts';
import { parseLab } from './parse.ts';
import { type LineResult, runLines } from './run.ts';

export interface ScriptOptions {
  /** The whole script. */
  text: string;
  /** As it is called in messages. */
  fileName: string;
  /** JSON Lines instead of text. */
  json: boolean;
  signal: AbortSignal;
  /** Called once, when the whole script is free of errors; who opens the stack also takes it down. */
  openStack(): Promise<Stack>;
  /** Takes one line for standard output. */
  out(line: string): void;
  /** Takes one line for standard error. */
  err(line: string): void;
  /** Two marks of one cell each. */
  marks?: { yes: string; no: string };
}

/**
 * Runs a script for `lab --run` and returns the exit code: 0 when every line held, 1 when one did not, 2 when the
 * script has errors (nothing has run then), 130 when it was interrupted.
 */
export const runScript = async (options: ScriptOptions): Promise<number> => {
  const { text, fileName, json, signal, openStack, out, err, marks = { yes: '✔', no: '✘' } } = options;
  const { lines, problems } = parseLab(text);
  for (const { line, message } of problems) err(`${fileName}:${line}: ${message}`);
  if (problems.length > 0) return 2;
  const stack = await openStack();
  const results = await runLines(lines, stack, {
    signal,
    onStart: ({ command }, tool) => {
      if (json) return;
      out(`> ${command.source}`);
      if (tool !== undefined) out(`  $ ${tool}`);
    },
    onProgress: (_, progress) => {
      if (!json) err(`  ${progress}`);
    },
    onResult: result => {
      if (json) out(jsonLine(toJson(result)));
      else for (const line of resultLines(result, marks)) out(line);
    },
  });
  if (signal.aborted) return 130;
  const held = results.filter(({ ok }) => ok).length;
  if (!json) out(`${held} of ${results.length} held`);
  return held === results.length ? 0 : 1;
};

/** A result as readable lines: what was observed in full, then whether it held, in words. */
export const resultLines = (result: LineResult, marks: { yes: string; no: string }): string[] => [
  ...details(result.observed).map(line => `  ${line}`),
  `  ${result.summary}`,
  `  ${verdict(result, marks)}`,
];

const verdict = ({ ok, expected, summary }: LineResult, { yes, no }: { yes: string; no: string }): string => {
  if (expected === undefined) return ok ? `${yes} done` : `${no} could not be done`;
  return ok ? `${yes} as expected: ${expected}` : `${no} expected ${expected}, observed ${summary}`;
};
