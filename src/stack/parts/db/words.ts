/** Words and operators of MySQL's expressions, and what SQLite has for them. */

import { keywords } from './guard.ts';
import type { Token } from './tokens.ts';

/** Clauses in which a number may be bound: in the others it can be the position of a column. */
export const bindsNumbers = new Set(['where clause', 'on clause', 'having clause', 'values', 'set']);

export const clauses: Record<string, string> = {
  WHERE: 'where clause',
  GROUP: 'group statement',
  HAVING: 'having clause',
  ORDER: 'order clause',
  LIMIT: 'limit clause',
};

export const selectModifiers = new Set(
  'SQL_NO_CACHE SQL_CACHE SQL_CALC_FOUND_ROWS HIGH_PRIORITY STRAIGHT_JOIN SQL_SMALL_RESULT SQL_BIG_RESULT SQL_BUFFER_RESULT'.split(
    ' ',
  ),
);

export const wordOperators: Record<string, string> = {
  DIV: '/',
  MOD: '%',
  RLIKE: 'REGEXP',
  STRAIGHT_JOIN: 'JOIN',
};
// Division of MySQL is never that of whole numbers.
export const operators: Record<string, string> = {
  '&&': 'AND',
  '||': 'OR',
  '<=>': 'IS',
  '!': 'NOT',
  '/': '* 1.0 /',
};
export const refusedOperators = new Set([':=', '{', '}', ':', '^', ';']);

/** These are functions where a parenthesis follows, though they are keywords elsewhere. */
export const alsoFunctions = new Set(['LEFT', 'RIGHT', 'REPLACE']);

export const fileFunctions = new Set(['LOAD_FILE', 'READFILE', 'WRITEFILE', 'LOAD_EXTENSION']);

export const castTypes: Record<string, string> = {
  SIGNED: 'INTEGER',
  UNSIGNED: 'INTEGER',
  CHAR: 'TEXT',
  NCHAR: 'TEXT',
  DECIMAL: 'NUMERIC',
  DOUBLE: 'REAL',
  FLOAT: 'REAL',
  DATE: 'TEXT',
  DATETIME: 'TEXT',
  TIME: 'TEXT',
  JSON: 'TEXT',
  BINARY: 'BLOB',
};

export const isIntroducer = (word: string): boolean =>
  /^_(?:UTF8|UTF8MB3|UTF8MB4|LATIN1|ASCII|BINARY)$/.test(word);

export const nameOf = (token: Token): string => (token.kind === 'word' ? token.text : token.value);

export const isReserved = (token: Token): boolean => token.kind === 'word' && keywords.has(token.value);
