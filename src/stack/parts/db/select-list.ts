/** The items of a select list, and their names. */

import { fail, peek } from './cursor.ts';
import { quoteName } from './guard.ts';
import type { Token } from './tokens.ts';
import { isOutermost, put, replace, type Walk } from './walk.ts';
import { isReserved, nameOf, selectModifiers } from './words.ts';

export const beginItem = ({ here, cursor }: Walk): void => {
  here.item = cursor.at;
  here.aliased = false;
  here.operand = false;
};

/** What MySQL calls a column without an alias: its text, as it was written. */
const titleOf = (source: string, tokens: readonly Token[]): string => {
  const last = tokens.at(-1) as Token;
  const alone = tokens.length === 1;
  if (alone && (last.kind === 'string' || /^(?:NULL|TRUE|FALSE)$/.test(last.value))) return last.value;
  const isColumn = tokens.every(({ kind, text }, i) =>
    i % 2 ? text === '.' : kind === 'word' || kind === 'quoted',
  );
  return isColumn ? nameOf(last) : source.slice(tokens[0]?.at, last.at + last.text.length);
};

/** Ends the current item, if there is one, and names it as MySQL does. */
export const endItem = (walk: Walk): void => {
  const { cursor, here } = walk;
  if (here.item === undefined) return;
  const tokens = cursor.tokens.slice(here.item, cursor.at);
  const last = tokens.at(-1);
  if (isOutermost(walk) && walk.inFirstList) walk.items.push({ from: here.item, to: cursor.at });
  const star = last?.text === '*' && (tokens.length === 1 || tokens.at(-2)?.text === '.');
  if (last && !star && !here.aliased) put(walk, last, `AS ${quoteName(titleOf(cursor.text, tokens))}`);
  here.item = undefined;
};

export const alias = (walk: Walk, token: Token): void => {
  if (isReserved(token)) fail(walk.cursor, token);
  replace(walk, token, quoteName(nameOf(token)));
  walk.here.aliased = true;
  walk.here.operand = true;
};

export const select = (walk: Walk, token: Token): true => {
  const { cursor, here } = walk;
  replace(walk, token, 'SELECT');
  here.select = true;
  here.inWith = false;
  here.expectsTable = false;
  here.isJoin = false;
  here.clause = 'field list';
  for (let word = peek(cursor); word?.kind === 'word'; word = peek(cursor)) {
    if (word.value === 'DISTINCT' || word.value === 'DISTINCTROW') put(walk, word, 'DISTINCT');
    else if (word.value === 'ALL') put(walk, word, 'ALL');
    else if (!selectModifiers.has(word.value)) break;
    cursor.at++;
  }
  beginItem(walk);
  return true;
};
