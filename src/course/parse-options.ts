import type { Tokens } from 'marked';
import { parseExpectation } from '../lab/language.ts';
import { splitAttributes } from './attributes.ts';
import { nameAll, type Unnamed } from './ids.ts';
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

export const parseOptions = (
  list: Placed<Tokens.List>,
  prediction: boolean,
  { report, idsRequired }: AnswerRules,
): Option[] => {
  const options = placeItems(list).map((item): Unnamed<Omit<Option, 'id'>> => {
    const { line } = item;
    const { markdown, explanation } = itemText(item, true, report);
    const { text: words, id, misconception } = splitAttributes(markdown, line, report);
    const [text, expected] = prediction ? splitExpectation(words) : [words];
    if (markdown && !text) report(line, "an answer's item is empty, expected its text");
    if (id === undefined && idsRequired)
      report(line, `the option "${text}" has no id, expected {#some-id} at its end`);
    const expectation = prediction ? expectationOf(expected, line, report) : undefined;
    const option = {
      markdown: text,
      correct: item.token.checked === true,
      ...(explanation && { explanation }),
      ...(misconception && { misconception }),
      ...(expectation && { expectation }),
    };
    return { id, words: text, line, value: option };
  });
  checkOptions(
    options.map(({ value }) => value.correct),
    list,
    report,
  );
  return nameAll(options, report);
};

/** What stands before the last ` => `, and what behind it. */
const splitExpectation = (text: string): [string, string?] => {
  const padded = ` ${text} `;
  const at = padded.lastIndexOf(' => ');
  return at < 0 ? [text] : [padded.slice(0, at).trim(), padded.slice(at + 4).trim()];
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
  correct: readonly boolean[],
  { token, line }: Placed<Tokens.List>,
  report: Report,
): void => {
  if (correct.length < 2) report(line, 'the question has one option, expected two or more');
  // A list that mixes plain and task items is reported as such.
  else if (token.items.every(({ task }) => task)) {
    if (!correct.includes(true)) report(line, 'no option is marked as right, expected [x] on at least one');
    if (!correct.includes(false))
      report(line, 'every option is marked as right, expected [ ] on at least one');
  }
};

export const parseOrder = (
  list: Placed<Tokens.List>,
  { report }: AnswerRules,
): { id: string; markdown: string }[] => {
  const options = placeItems(list).map((item): Unnamed<{ markdown: string }> => {
    const { line } = item;
    const { markdown } = itemText(item, false, report);
    const { text, id, misconception } = splitAttributes(markdown, line, report);
    if (misconception)
      report(
        line,
        `".${misconception}" stands on an item to be ordered, expected it on options of a choice only`,
      );
    return { id, words: text, line, value: { markdown: text } };
  });
  if (options.length < 2) report(list.line, 'the list to be ordered has one item, expected two or more');
  return nameAll(options, report);
};
