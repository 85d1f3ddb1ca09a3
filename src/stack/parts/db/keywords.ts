/** Words that are neither names nor functions. */

import { peek } from './cursor.ts';
import { callRules, intervalUnit } from './function-calls.ts';
import { keywords, windowKeywords } from './guard.ts';
import { introducer, operandRules } from './operands.ts';
import { selectRules } from './select-clauses.ts';
import { begin, type Rule } from './walk.ts';
import { alsoFunctions, wordOperators } from './words.ts';

const like: Rule = (walk, token) => {
  begin(walk, token, 'LIKE');
  walk.here.like = true;
  return true;
};

const wordOperator: Rule = (walk, token) =>
  walk.here.operand && begin(walk, token, wordOperators[token.value] as string);

const operatorRules: Readonly<Record<string, Rule>> = {
  LIKE: like,
  ...Object.fromEntries(Object.keys(wordOperators).map(word => [word, wordOperator])),
};

/** The rules for each word, in the order in which they are asked. */
const rules = new Map<string, Rule[]>();
for (const table of [selectRules, callRules, operandRules, operatorRules])
  for (const [word, rule] of Object.entries(table)) rules.set(word, [...(rules.get(word) ?? []), rule]);

/** Rewrites a word that is a keyword where it stands, and says whether it is one. */
export const keyword: Rule = (walk, token) => {
  const word = token.value;
  if (intervalUnit(walk, token)) return true;
  if (rules.get(word)?.some(rule => rule(walk, token))) return true;
  if (walk.here.isWindow && windowKeywords.has(word)) return begin(walk, token, word);
  if (introducer(walk, token)) return true;
  if (!keywords.has(word)) return false;
  if (alsoFunctions.has(word) && peek(walk.cursor, 1)?.text === '(') return false;
  return begin(walk, token, word);
};
