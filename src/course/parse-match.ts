import type { Tokens } from 'marked';
import { splitAttributes } from './attributes.ts';
import { nameAll, type Unnamed } from './ids.ts';
import type { Question } from './model.ts';
import type { AnswerRules } from './parse-options.ts';
import { plainText } from './plain-text.ts';
import { type Placed, placeRows } from './tokens.ts';

type Match = Extract<Question, { kind: 'match' }>;

/** A table of two columns; what stands in a row belongs together. */
export const parseMatch = (
  table: Placed<Tokens.Table>,
  { report }: AnswerRules,
): Pick<Match, 'heads' | 'pairs'> => {
  const [left, right, third] = table.token.header;
  if (!right || third)
    report(table.line, `the table to be matched has ${table.token.header.length} columns, expected two`);
  const seen = new Set<string>();
  const once = (side: string, text: string, line: number): void => {
    const key = `${side} ${plainText(text).toLowerCase()}`;
    if (text === '') report(line, `the ${side} cell is empty, expected text in both cells`);
    else if (seen.has(key))
      report(line, `"${text}" stands twice on the ${side}, expected pairs that cannot be confused`);
    seen.add(key);
  };
  const pairs = placeRows(table).map(({ token: row, line }): Unnamed<{ left: string; right: string }> => {
    const a = splitAttributes(row[0]?.text ?? '', line, report);
    const b = splitAttributes(row[1]?.text ?? '', line, report);
    once('left', a.text, line);
    once('right', b.text, line);
    return { id: a.id ?? b.id, words: a.text, line, value: { left: a.text, right: b.text } };
  });
  if (pairs.length < 2) report(table.line, `the table to be matched has too few rows, expected two or more`);
  return { heads: [left?.text ?? '', right?.text ?? ''], pairs: nameAll(pairs, report) };
};
