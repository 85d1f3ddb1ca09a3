import { commandSpecs } from './commands/table.ts';
import { parseExpectation } from './expectation.ts';
import type { Command, Expectation, LabLine } from './language.ts';
import { nearest } from './nearest.ts';
import { splitWords, type Word } from './words.ts';

interface LabProblem {
  line: number;
  message: string;
}

/**
 * Reads a lab block or a script, whole, before anything of it runs. Blank lines and comments are left out;
 * `firstLine` is the number of the text's first line in its file.
 */
export const parseLab = (text: string, firstLine = 1): { lines: LabLine[]; problems: LabProblem[] } => {
  const lines: LabLine[] = [];
  const problems: LabProblem[] = [];
  const sources = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  for (const [index, source] of sources.entries()) {
    const line = firstLine + index;
    const parsed = parseLine(source);
    if (parsed === undefined) continue;
    if ('problem' in parsed) problems.push({ line, message: parsed.problem });
    else lines.push({ line, ...parsed });
  }
  return { lines, problems };
};

const parseLine = (source: string): Omit<LabLine, 'line'> | { problem: string } | undefined => {
  // They would reach the terminal when the line is shown.
  if (/(?!\t)\p{Cc}/u.test(source))
    return { problem: 'control characters are not allowed; a quoted \\n is a new line' };
  const words = splitWords(source);
  if ('problem' in words) return words;
  if (words.length === 0) return undefined;
  const separator = words.findLastIndex(({ text, quoted }) => text === '=>' && !quoted);
  const command = parseCommand(source, separator < 0 ? words : words.slice(0, separator));
  if ('problem' in command || separator < 0) return 'problem' in command ? command : { command };
  const expectation = parseBehind(source, words.slice(separator + 1));
  return 'problem' in expectation ? expectation : { command, expectation };
};

const between = (source: string, words: readonly Word[]): string =>
  source.slice(words[0]?.start ?? 0, words.at(-1)?.end ?? 0);

const parseBehind = (source: string, words: readonly Word[]): Expectation | { problem: string } =>
  parseExpectation(between(source, words));

const parseCommand = (source: string, words: readonly Word[]): Command | { problem: string } => {
  const [name, ...rest] = words;
  if (!name) return { problem: 'a command is missing before "=>"' };
  const spec = commandSpecs.find(candidate => candidate.name === name.text);
  if (!spec) return { problem: unknownCommand(name.text) };
  return spec.parse(
    rest.map(({ text }) => text),
    between(source, words),
  );
};

const unknownCommand = (name: string): string => {
  const names = commandSpecs.map(spec => spec.name);
  const near = nearest(name, names);
  const usage = commandSpecs.find(spec => spec.name === near)?.usage;
  const shown = name.length > 40 ? `${name.slice(0, 40)}...` : name;
  return `"${shown}" is not a command; ${usage ? `did you mean: ${usage}` : `there are: ${names.join(' ')}`}`;
};
