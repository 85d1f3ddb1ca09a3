import type { Tokens } from 'marked';
import { parseExpectation } from '../lab/language.ts';
import { slug, splitAttributes } from './attributes.ts';
import type { Option } from './model.ts';
import type { Report } from './report.ts';
import { type Placed, place, placeItems } from './tokens.ts';

/** What the answer blocks of a file are held to: in a quiz every option to choose needs an id of its own. */
export interface AnswerRules {
  report: Report;
  idsRequired: boolean;
}

interface ItemText {
  /** Of the item's one paragraph, without its box. */
  markdown: string;
  explanation?: string;
}

/** An answer's item is one paragraph and, where allowed, quotes that explain it. */
const itemText = (
  { token, line }: Placed<Tokens.ListItem>,
  mayExplain: boolean,
  report: Report,
): ItemText => {
  let markdown: string | undefined;
  const explanations: string[] = [];
  for (const { token: inner, line: at } of place(token.tokens, line)) {
    if (inner.type === 'space' || inner.type === 'checkbox') continue;
    if ((inner.type === 'text' || inner.type === 'paragraph') && markdown === undefined) {
      const spans: { type: string; raw: string }[] = inner.tokens ?? [];
      const words = spans.filter(span => span.type !== 'checkbox');
      markdown = words
        .map(span => span.raw)
        .join('')
        .replace(/\s*\n\s*/g, ' ')
        .trim();
    } else if (inner.type === 'blockquote' && mayExplain) {
      explanations.push(inner.text);
    } else {
      const allowed = mayExplain ? 'one paragraph and its explanation behind ">"' : 'one paragraph';
      report(at, `an answer's item holds a ${inner.type.replace('block', '')}, expected ${allowed}`);
    }
  }
  if (!markdown) report(line, "an answer's item is empty, expected its text");
  const explanation = explanations.join('\n\n').trim();
  return { markdown: markdown ?? '', ...(explanation && { explanation }) };
};

/** Items and rows are known by their ids; without one, it is made from the words. */
export const nameOnce = (
  used: Set<string>,
  id: string | undefined,
  text: string,
  line: number,
  report: Report,
): string => {
  if (id !== undefined && used.has(id))
    report(line, `the id "${id}" is used twice in this question, expected ids of their own`);
  const wanted = id ?? (slug(text) || 'item');
  let free = wanted;
  for (let count = 2; used.has(free); count++) free = `${wanted}-${count}`;
  used.add(free);
  return free;
};

export const parseOptions = (
  list: Placed<Tokens.List>,
  prediction: boolean,
  rules: AnswerRules,
): Option[] => {
  const { report } = rules;
  const used = new Set<string>();
  const options = placeItems(list).map((item): Option => {
    const { markdown, explanation } = itemText(item, true, report);
    const { text: words, id, misconception } = splitAttributes(markdown, item.line, report);
    const [text, expected] = prediction ? splitExpectation(words) : [words, undefined];
    if (markdown && !text) report(item.line, "an answer's item is empty, expected its text");
    if (id === undefined && rules.idsRequired)
      report(item.line, `the option "${text}" has no id, expected {#some-id} at its end`);
    const option: Option = {
      id: nameOnce(used, id, text, item.line, report),
      markdown: text,
      correct: item.token.checked === true,
      ...(explanation && { explanation }),
      ...(misconception && { misconception }),
    };
    if (!prediction) return option;
    const expectation = expectationOf(expected, item.line, report);
    return expectation ? { ...option, expectation } : option;
  });
  checkOptions(options, list, report);
  return options;
};

const splitExpectation = (text: string): [string, string | undefined] => {
  const match = /^(.*?)(?:^|\s+)=>(?!.*\s=>)(.*)$/.exec(text);
  return match ? [match[1] ?? '', match[2]] : [text, undefined];
};

const expectationOf = (text: string | undefined, line: number, report: Report) => {
  if (text === undefined) {
    report(line, 'an option of a prediction states no expectation, expected such as "The page => 200"');
    return undefined;
  }
  const parsed = parseExpectation(text);
  if ('problem' in parsed) report(line, parsed.problem);
  else if (parsed.kind === 'asked')
    report(line, 'an option expects "?", expected what the stack would answer, such as => 200');
  else return parsed;
  return undefined;
};

const checkOptions = (
  options: readonly Option[],
  { token, line }: Placed<Tokens.List>,
  report: Report,
): void => {
  const right = options.filter(({ correct }) => correct).length;
  if (options.length < 2) report(line, 'the question has one option, expected two or more');
  // A list that mixes plain and task items is reported as such.
  else if (token.items.every(({ task }) => task)) {
    if (right === 0) report(line, 'no option is marked as right, expected [x] on at least one');
    if (right === options.length)
      report(line, 'every option is marked as right, expected [ ] on at least one');
  }
};

export const parseOrder = (
  list: Placed<Tokens.List>,
  rules: AnswerRules,
): { id: string; markdown: string }[] => {
  const used = new Set<string>();
  const options = placeItems(list).map(item => {
    const { markdown } = itemText(item, false, rules.report);
    const { text, id, misconception } = splitAttributes(markdown, item.line, rules.report);
    if (misconception)
      rules.report(
        item.line,
        `".${misconception}" stands on an item to be ordered, expected it on options of a choice only`,
      );
    return { id: nameOnce(used, id, text, item.line, rules.report), markdown: text };
  });
  if (options.length < 2)
    rules.report(list.line, 'the list to be ordered has one item, expected two or more');
  return options;
};
