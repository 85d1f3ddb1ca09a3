import type { Tokens } from 'marked';
import type { Given, Question } from './model.ts';
import { parseAnswer } from './parse-answer.ts';
import { parseMatch } from './parse-match.ts';
import { type AnswerRules, parseOptions, parseOrder } from './parse-options.ts';
import type { Report } from './report.ts';
import type { Placed } from './tokens.ts';

const keywords = ['Predict', 'Choose', 'Order', 'Match', 'Answer'] as const;
export type Keyword = (typeof keywords)[number];
type ListKeyword = Exclude<Keyword, 'Answer'>;

const isKeyword = (word: string): word is Keyword => (keywords as readonly string[]).includes(word);

/** The keyword that a paragraph begins with; for `**Answer:**` one of its lines. */
export const keywordOf = ({ token, line }: Placed<Tokens.Paragraph>, report: Report): Keyword | undefined => {
  let before = '';
  for (const span of token.tokens) {
    const at = line + before.split('\n').length - 1;
    const startsLine = before === '' || before.endsWith('\n');
    if (span.type === 'strong' && startsLine) {
      const text: string = span.text;
      const word = text.replace(/:$/, '');
      if (isKeyword(word) && text.endsWith(':') && (before === '' || word === 'Answer')) return word;
      const meant = keywords.find(keyword => keyword.toLowerCase() === word.trim().toLowerCase());
      if (meant && before === '') {
        report(at, `"${span.raw}" begins no question, expected **${meant}:**`);
        return undefined;
      }
      if (meant) report(at, `"${span.raw}" stands inside a paragraph, expected a blank line before it`);
    }
    before += span.raw;
  }
  return undefined;
};

const blocks: Record<ListKeyword, string> = {
  Predict: 'a task list ("- [ ] text => 200" and "- [x] ...") behind it',
  Choose: 'a task list ("- [ ] text" and "- [x] ...") behind it',
  Order: 'an ordered list ("1. ...") in the right order behind it',
  Match: 'a table of two columns behind it',
};

/** A question whose answers stand in the block behind its paragraph. */
export const parseQuestion = (
  keyword: ListKeyword,
  { token, line }: Placed<Tokens.Paragraph>,
  block: Placed | undefined,
  rules: AnswerRules,
): Question | undefined => {
  const prompt = token.tokens
    .slice(1)
    .map(span => span.raw)
    .join('')
    .trim();
  const base = { line, prompt };
  if (prompt === '') rules.report(line, `**${keyword}:** asks nothing, expected the question behind it`);
  if (block?.token.type === 'list') {
    const list = { token: block.token, line: block.line };
    if (keyword === 'Order' && block.token.ordered)
      return { ...base, kind: 'order', options: parseOrder(list, rules) };
    if ((keyword === 'Predict' || keyword === 'Choose') && block.token.items.some(({ task }) => task)) {
      const options = parseOptions(list, keyword === 'Predict', rules);
      if (keyword === 'Predict') return { ...base, kind: 'prediction', options };
      const several = options.filter(({ correct }) => correct).length > 1;
      return { ...base, kind: several ? 'multiple' : 'choice', options };
    }
  }
  if (block?.token.type === 'table' && keyword === 'Match')
    return { ...base, kind: 'match', ...parseMatch({ token: block.token, line: block.line }, rules) };
  rules.report(line, `**${keyword}:** has no answers, expected ${blocks[keyword]}`);
  return undefined;
};

/** `**Answer:** value`; its words are the lines above it, or else the paragraph before. */
export const parseAnswerLine = (
  { raw, line }: { raw: string; line: number },
  prompt: string,
  given: readonly Given[],
  report: Report,
): Question => {
  const value = raw
    .trim()
    .replace(/^(\*\*|__)Answer:\1/, '')
    .trim();
  if (prompt === '') report(line, '**Answer:** has no question, expected a paragraph before it');
  return { line, prompt, ...parseAnswer(value, given, prompt, line, report) };
};
