import type { Tokens } from 'marked';
import { cleanText, normaliseLines } from './clean-text.ts';
import type { Misconception, Problem } from './model.ts';
import { lex, place, placeRows } from './tokens.ts';

/** Of the bank: it stands beside `lessons` and `quizzes`. */
export const misconceptionsFile = 'misconceptions.md';

const columns = 'expected three columns: id, what somebody believes, what is right';

/** Reads the tables of the bank; everything else in the file is text for its readers. Never throws. */
export const parseMisconceptions = (source: string): { bank: Misconception[]; problems: Problem[] } => {
  const problems: Problem[] = [];
  const report = (line: number, message: string): void => {
    problems.push({ file: misconceptionsFile, line, message: cleanText(message) });
  };
  const lines = new Map<string, number>();
  const bank = place(lex(cleanText(normaliseLines(source))), 1).flatMap(({ token, line }) => {
    if (token.type !== 'table') return [];
    const table = token as Tokens.Table;
    if (table.header.length !== 3) report(line, `the table has ${table.header.length} columns, ${columns}`);
    return placeRows({ token: table, line }).flatMap(({ token: cells, line: at }): Misconception[] => {
      const [id = '', belief = '', right = ''] = cells.map(({ text }) => text.trim());
      if (!/^[A-Z]\d+$/.test(id)) report(at, `"${id}" is no id, expected a capital letter and a number: P4`);
      if (belief === '' || right === '') report(at, `a cell of ${id} is empty, ${columns}`);
      const before = lines.get(id);
      if (before) report(at, `the id "${id}" is used in line ${before}, expected an id of its own`);
      lines.set(id, at);
      return before ? [] : [{ id, line: at, belief, right }];
    });
  });
  if (bank.length === 0 && problems.length === 0) report(1, `the file has no table, ${columns}`);
  return { bank, problems };
};
