import { cells, wrap } from './line.ts';

/** Words of a command line for a shell, with their quotes. */
const wordsOf = (command: string): string[] => command.match(/(?:'[^']*'|\\[\s\S]|[^\s'\\])+/g) ?? [];

/** An option and its value belong together, where the line is long enough. */
const piecesOf = (command: string, width: number): string[] => {
  const pieces: string[] = [];
  for (const word of wordsOf(command)) {
    const before = pieces.at(-1);
    const both = `${before} ${word}`;
    if (before && /^-[^ ]*$/.test(before) && !word.startsWith('-') && cells(`${both} \\`) <= width)
      pieces[pieces.length - 1] = both;
    else pieces.push(word);
  }
  return pieces;
};

/**
 * A command on lines of at most `width` cells that can be copied all together: a shell reads on behind a `\` at the
 * end of a line. Only a word that is longer than the line is broken.
 */
export const commandLines = (command: string, width: number): string[] => {
  if (cells(command) <= width && !command.includes('\n')) return [command];
  const lines: string[] = [];
  let current = '';
  for (const piece of piecesOf(command, width)) {
    if (current !== '' && cells(`${current} ${piece} \\`) > width) {
      lines.push(`${current} \\`);
      current = piece;
    } else current += `${current && ' '}${piece}`;
  }
  return [...lines, current].flatMap(line => (cells(line) <= width ? [line] : wrap(line, width)));
};
