import type { Tokens } from 'marked';
import { splitAttributes } from './attributes.ts';
import { isComment } from './html.ts';
import type { Step } from './model.ts';
import { fenceKindOf } from './parse-pieces.ts';
import { parseSection, type Section, type SectionRules } from './parse-section.ts';
import type { Report } from './report.ts';
import { lex, longestText, type Placed, place, placeItems, walk } from './tokens.ts';

/** The sections of a file; `firstLine` is the line of the file in which the Markdown starts. */
export const parseBody = (markdown: string, firstLine: number, rules: SectionRules): Step[] => {
  const { report } = rules;
  const blocks = place(lex(markdown), firstLine);
  for (const block of blocks) checkBlock(block, report);
  const start = blocks.findIndex(isSectionHeading);
  checkEarly(start < 0 ? blocks : blocks.slice(0, start), firstLine, start >= 0, report);
  const steps = splitSections(blocks).map(section => parseSection(section, rules));
  const lines = new Map<string, number>();
  for (const { id, line } of steps) {
    const before = lines.get(id);
    if (before) report(line, `the id "${id}" is used in line ${before}, expected an id of its own`);
    else lines.set(id, line);
  }
  return steps;
};

const isSetext = ({ raw }: Tokens.Heading): boolean => !/^ {0,3}#/.test(raw);

const isSectionHeading = (block: Placed): block is Placed<Tokens.Heading> => {
  const { token } = block;
  return token.type === 'heading' && token.depth === 2 && !isSetext(token as Tokens.Heading);
};

const splitSections = (blocks: readonly Placed[]): Section[] => {
  const sections: Section[] = [];
  for (const block of blocks) {
    if (isSectionHeading(block)) sections.push({ heading: block, blocks: [] });
    else sections.at(-1)?.blocks.push(block);
  }
  return sections;
};

/** What stands above the first section belongs to no step. */
const checkEarly = (
  blocks: readonly Placed[],
  firstLine: number,
  hasSection: boolean,
  report: Report,
): void => {
  const text = blocks.find(
    ({ token }) => !['space', 'heading'].includes(token.type) && !isComment(token.raw),
  );
  if (text) report(text.line, 'text stands before the first section, expected ## Title {#some-id} above it');
  else if (!hasSection) report(firstLine, 'the file has no section, expected ## Title {#some-id}');
};

const checkHeading = ({ token, line }: Placed<Tokens.Heading>, report: Report): void => {
  if (isSetext(token))
    report(
      line,
      'a line of --- or === makes the text above it a heading, expected a blank line before it or "## Title"',
    );
  else if (token.depth === 1)
    report(
      line,
      'a heading of level 1 stands in the text, expected the title in the front matter and "## " for sections',
    );
  else if (token.depth > 2 && splitAttributes(token.text, line, report).id !== undefined)
    report(line, `an id stands on a heading of level ${token.depth}, expected ids on "## " only`);
};

/** Mistakes that marked reads as something else, at any depth. */
const checkBlock = (block: Placed, report: Report): void => {
  for (const { token, line } of walk(block)) {
    if (token.type === 'heading') checkHeading({ token: token as Tokens.Heading, line }, report);
    if (token.type === 'list') checkList({ token: token as Tokens.List, line }, report);
    if (token.type === 'text' && token.raw.length > longestText && !token.tokens)
      report(
        line,
        `the text is ${token.raw.length} characters long, expected at most ${longestText}: break it with a blank line`,
      );
    if (token.type !== 'code') continue;
    const fence = fenceKindOf(token as Tokens.Code);
    if (fence && token !== block.token)
      report(
        line,
        `a ${fence} block stands inside a ${block.token.type === 'list' ? 'list' : 'quote'}, expected it at the left edge`,
      );
    if (token === block.token && !isClosed(token.raw))
      report(line, `the ${fence ?? 'code'} block is never closed, expected a line of backquotes behind it`);
  }
};

const isClosed = (raw: string): boolean => {
  const [, fence] = /^ {0,3}(`{3,}|~{3,})/.exec(raw) ?? [];
  // Code without a fence is indented.
  if (fence === undefined) return true;
  const lines = raw.trimEnd().split('\n');
  return lines.length > 1 && (lines.at(-1) ?? '').trim().startsWith(fence);
};

const checkList = (list: Placed<Tokens.List>, report: Report): void => {
  const mixed = list.token.items.some(({ task }) => task);
  for (const { token, line } of placeItems(list)) {
    if (token.task) continue;
    if (/^\[[ xX]?\](?![(:[])/.test(token.text))
      report(
        line,
        `"- ${token.text.split('\n')[0]}" is no task, expected "- [ ] text" with one space inside and one behind the box`,
      );
    else if (mixed)
      report(line, 'the list mixes plain and task items, expected a box on every item or on none');
  }
};
