import { plainText } from '../course/plain-text.ts';
import { renderMarkdown } from '../course/terminal-text.ts';
import { cells, wrap } from './line.ts';

/** Markdown of a course as lines that a screen reader can speak: no colour, and no signs but ASCII. */
export const markdownLines = (markdown: string, width: number): string[] =>
  renderMarkdown(markdown, width, { color: false, ascii: true });

/** Text behind `head`, wrapped so that it hangs there. */
export const hanging = (head: string, text: string, width: number): string[] => {
  const indent = ' '.repeat(cells(head));
  const lines = wrap(text, Math.max(1, width - cells(head)));
  return lines.length === 0 ? [head] : lines.map((line, index) => `${index === 0 ? head : indent}${line}`);
};

/** Inline Markdown, the same way. */
export const hangingMarkdown = (head: string, markdown: string, width: number): string[] =>
  hanging(head, plainText(markdown), width);

/** Between the parts of a text; `less` finds the next one by its signs. */
export const heading = (text: string): string[] => ['', `== ${text} ==`];

export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
