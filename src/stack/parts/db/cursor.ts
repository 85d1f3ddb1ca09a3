import { syntaxError } from './errors.ts';
import { significant, type Token, tokenize } from './tokens.ts';

/** A place in a statement. Everything that is not as it should be is error 1064 at that place. */
export interface Cursor {
  readonly text: string;
  readonly tokens: readonly Token[];
  at: number;
}

export const createCursor = (text: string): Cursor => ({ text, tokens: significant(tokenize(text)), at: 0 });

export const peek = (cursor: Cursor, ahead = 0): Token | undefined => cursor.tokens[cursor.at + ahead];

export const fail = (cursor: Cursor, token: Token | undefined = peek(cursor)): never => {
  throw syntaxError(cursor.text, token?.at ?? cursor.text.length);
};

export const next = (cursor: Cursor): Token => {
  const token = peek(cursor) ?? fail(cursor);
  cursor.at++;
  return token;
};

const is = (token: Token | undefined, text: string): boolean =>
  token !== undefined && (token.kind === 'word' || token.kind === 'operator') && token.value === text;

/** Whether these words or operators come next. */
export const sees = (cursor: Cursor, ...texts: string[]): boolean =>
  texts.every((text, i) => is(peek(cursor, i), text));

export const seesOneOf = (cursor: Cursor, ...texts: string[]): boolean =>
  texts.some(text => sees(cursor, text));

/** Steps over these words or operators if they come next. */
export const accept = (cursor: Cursor, ...texts: string[]): boolean => {
  if (!sees(cursor, ...texts)) return false;
  cursor.at += texts.length;
  return true;
};

export const expect = (cursor: Cursor, ...texts: string[]): void => {
  for (const text of texts) if (!accept(cursor, text)) fail(cursor);
};

/** A name, with or without backticks. */
export const name = (cursor: Cursor): string => {
  const token = next(cursor);
  if (token.kind === 'quoted') return token.value;
  if (token.kind !== 'word') fail(cursor, token);
  return token.text;
};

export interface TableName {
  database: string | undefined;
  table: string;
}

export const tableName = (cursor: Cursor): TableName => {
  const first = name(cursor);
  return accept(cursor, '.')
    ? { database: first, table: name(cursor) }
    : { database: undefined, table: first };
};

export const text = (cursor: Cursor): string => {
  const token = next(cursor);
  if (token.kind !== 'string') fail(cursor, token);
  return token.value;
};

export const integer = (cursor: Cursor): number => {
  const token = next(cursor);
  if (token.kind !== 'number' || !/^\d+$/.test(token.text)) fail(cursor, token);
  return Number(token.text);
};

export const atEnd = (cursor: Cursor): boolean => {
  const rest = sees(cursor, ';') ? cursor.tokens.slice(cursor.at) : [];
  if (rest.every(({ text }) => text === ';')) cursor.at += rest.length;
  return cursor.at >= cursor.tokens.length;
};

export const end = (cursor: Cursor): void => {
  if (!atEnd(cursor)) fail(cursor);
};

/** `( item, item, ... )` */
export const list = <T>(cursor: Cursor, item: () => T): T[] => {
  expect(cursor, '(');
  const items = [item()];
  while (accept(cursor, ',')) items.push(item());
  expect(cursor, ')');
  return items;
};
