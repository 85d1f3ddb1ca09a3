import type { Report } from './report.ts';
import { lexInline } from './tokens.ts';

export interface Attributed {
  /** The Markdown in front of the braces. */
  text: string;
  id?: string;
  /** `P4` of `.P4`. */
  misconception?: string;
}

const idPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const example = 'expected {#small-words-with-dashes} at the end of the line';
const attributes = 'expected an id and perhaps a misconception: {#some-id .P4}';

/** Splits `text {#id .P4}`. Braces that begin with neither `#` nor `.` are text, such as the `{n}` of a number. */
export const splitAttributes = (markdown: string, line: number, report: Report): Attributed => {
  const match = /\{\s*([#.][^{}]*)\}$/.exec(markdown);
  if (!match) {
    const misplaced = misplacedId(markdown);
    if (misplaced === undefined) return { text: markdown };
    report(line, `text stands behind the id {#${misplaced}}, ${example}`);
    return { text: markdown, id: misplaced };
  }
  const result: Attributed = { text: markdown.slice(0, match.index).trimEnd() };
  for (const word of (match[1] ?? '').trim().split(/\s+/)) {
    if (word.startsWith('#') && result.id === undefined) {
      result.id = word.slice(1);
      if (!idPattern.test(result.id)) report(line, `"${word}" is no id, ${example}`);
    } else if (/^\.[A-Z]\d+$/.test(word) && result.id !== undefined) {
      result.misconception = word.slice(1);
    } else {
      report(line, `"${word}" is unknown inside {#...}, ${attributes}`);
    }
  }
  return result;
};

/** Inside a code span the same braces are text. */
const misplacedId = (markdown: string): string | undefined =>
  lexInline(markdown)
    .map(({ type, raw }) => (type === 'text' ? /\{#([^{}]*)\}/.exec(raw)?.[1] : undefined))
    .find(id => id !== undefined);
