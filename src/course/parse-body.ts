import type { Tokens } from 'marked';
import type { Step } from './model.ts';
import { fenceKindOf } from './parse-pieces.ts';
import { parseSection, type Section, type SectionRules } from './parse-section.ts';
import type { Report } from './report.ts';
import { lex, type Placed, place, placeItems, walk } from './tokens.ts';

/** The sections of a file; `firstLine` is the line of the file in which the Markdown starts. */
export const parseBody = (markdown: string, firstLine: number, rules: SectionRules): Step[] => {
  const { report } = rules;
  const blocks = place(lex(markdown), firstLine);
  for (const block of blocks) checkBlock(block, report);
  const steps = splitSections(blocks, report).map(section => parseSection(section, rules));
  if (steps.length === 0) report(firstLine, 'the file has no section, expected ## Title {#some-id}');
  const lines = new Map<string, number>();
  for (const { id, line } of steps) {
    const before = lines.get(id);
    if (before) report(line, `the id "${id}" is used in line ${before}, expected an id of its own`);
    else lines.set(id, line);
  }
  return steps;
};

const isSetext = ({ raw }: Tokens.Heading): boolean => !/^ {0,3}#/.test(raw);

const splitSections = (blocks: readonly Placed[], report: Report): Section[] => {
  const sections: Section[] = [];
  let early = false;
  for (const { token, line } of blocks) {
    if (token.type === 'heading') {
      const heading = { token: token as Tokens.Heading, line };
      if (isSetext(heading.token)) {
        report(
          line,
          'a line of --- or === makes the text above it a heading, expected a blank line before it or "## Title"',
        );
        continue;
      }
      if (heading.token.depth === 2) {
        sections.push({ heading, blocks: [] });
        continue;
      }
      if (heading.token.depth === 1) {
        report(
          line,
          'a heading of level 1 stands in the text, expected the title in the front matter and "## " for sections',
        );
        continue;
      }
    }
    const section = sections.at(-1);
    if (section) section.blocks.push({ token, line });
    else if (!early && token.type !== 'space' && !/^\s*<!--/.test(token.raw)) {
      early = true;
      report(line, 'text stands before the first section, expected ## Title {#some-id} above it');
    }
  }
  return sections;
};

/** Mistakes that marked reads as something else, at any depth. */
const checkBlock = (block: Placed, report: Report): void => {
  for (const { token, line } of walk(block)) {
    if (token.type === 'list') checkList({ token: token as Tokens.List, line }, report);
    if (token.type !== 'code') continue;
    const fence = fenceKindOf(token as Tokens.Code);
    if (fence && token !== block.token)
      report(line, `a ${fence} block stands inside a ${block.token.type}, expected it at the left edge`);
    if (fence && token === block.token && !isClosed(token.raw))
      report(line, `the ${fence} block is never closed, expected a line of backquotes behind it`);
  }
};

const isClosed = (raw: string): boolean => {
  const [fence = ''] = /(`{3,}|~{3,})/.exec(raw) ?? [];
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
