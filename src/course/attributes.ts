import { plainText } from './plain-text.ts';
import type { Report } from './report.ts';

export interface Attributed {
  /** The Markdown in front of the braces. */
  text: string;
  id?: string;
  /** `P4` of `.P4`. */
  misconception?: string;
}

const idPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const example = 'expected {#small-words-with-dashes} at the end of the line';

/** Splits `text {#id .P4}`. Braces that begin with neither `#` nor `.` are text, such as the `{n}` of a number. */
export const splitAttributes = (markdown: string, line: number, report: Report): Attributed => {
  const match = /\s*\{\s*([#.][^{}]*)\}$/.exec(markdown);
  const text = match ? markdown.slice(0, match.index) : markdown;
  if (/\{#[^{}]*\}/.test(text.replace(/`[^`]*`/g, ''))) report(line, `an id has text behind it, ${example}`);
  const result: Attributed = { text };
  for (const word of match?.[1]?.trim().split(/\s+/) ?? []) {
    if (word.startsWith('#') && result.id === undefined) {
      result.id = word.slice(1);
      if (!idPattern.test(result.id)) report(line, `"${word}" is no id, ${example}`);
    } else if (/^\.[A-Z]\d+$/.test(word) && result.id !== undefined) {
      result.misconception = word.slice(1);
    } else {
      report(
        line,
        `"${word}" is unknown inside {#...}, expected an id and perhaps a misconception: {#some-id .P4}`,
      );
    }
  }
  return result;
};

/** An id made from the words, for what may go without one of its own. */
export const slug = (markdown: string): string =>
  plainText(markdown)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-|-$/g, '');
