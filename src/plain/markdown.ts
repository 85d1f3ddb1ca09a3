import { plainText } from '../course/plain-text.ts';
import { renderMarkdown } from '../course/terminal-text.ts';
import { hanging } from './text.ts';

/** Markdown of a course as lines that a screen reader can speak: no colour, and no signs but ASCII. */
export const markdownLines = (markdown: string, width: number): string[] =>
  renderMarkdown(markdown, width, { color: false, ascii: true, bareCode: true });

/** Inline Markdown behind `head`, the same way. */
export const hangingMarkdown = (head: string, markdown: string, width: number): string[] =>
  hanging(head, plainText(markdown), width);
