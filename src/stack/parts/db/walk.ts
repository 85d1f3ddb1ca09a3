/** Where the rewriting of a query or an expression stands, and the steps that all of it is made of. */

import { type Cursor, peek, sees } from './cursor.ts';
import { type Emitter, emit } from './emitter.ts';
import { type Level, level } from './level.ts';
import type { Token } from './tokens.ts';

/** One item of a select list: its tokens from here to there, as far as the result's type depends on it. */
export interface SelectItem {
  from: number;
  to: number;
}

export interface WalkOptions {
  clause: string;
  /** Where to stop, outside of all parentheses; the end and a closing parenthesis stop it anyway. */
  until?: (cursor: Cursor) => boolean;
  /** Whether VALUES(column) means the row that could not be inserted. */
  upsert?: boolean;
  /** Another name for the row that could not be inserted. */
  rowAlias?: string | undefined;
}

export interface Walk {
  readonly cursor: Cursor;
  readonly out: Emitter;
  readonly options: WalkOptions;
  readonly levels: Level[];
  /** The innermost of them. */
  here: Level;
  /** Of the outer select list; that of the first SELECT where UNION follows. */
  readonly items: SelectItem[];
  inFirstList: boolean;
}

/** Rewrites what comes next if it is its matter, and says whether it was. */
export type Rule = (walk: Walk, token: Token) => boolean;

export const createWalk = (cursor: Cursor, out: Emitter, options: WalkOptions): Walk => {
  const here = level(options.clause, out.pieces.length);
  return { cursor, out, options, levels: [here], here, items: [], inFirstList: true };
};

export const isOutermost = ({ levels }: Walk): boolean => levels.length === 1;

export const enter = (walk: Walk, inner: Level): void => {
  walk.levels.push(inner);
  walk.here = inner;
};

export const leave = (walk: Walk): void => {
  walk.levels.pop();
  walk.here = walk.levels.at(-1) as Level;
};

export const put = ({ out }: Walk, token: Token, sql: string): void => emit(out, token.at, sql);

/** Puts one token's SQL, and steps over the token. */
export const replace = (walk: Walk, token: Token, sql: string): void => {
  put(walk, token, sql);
  walk.cursor.at++;
};

/** An operator or a word behind which an operand begins. */
export const begin = (walk: Walk, token: Token, sql: string): true => {
  replace(walk, token, sql);
  walk.here.operand = false;
  return true;
};

/** An operand is complete, from this piece on: what waited for it can be written. */
export const endOperand = ({ cursor, out, here }: Walk, start: number): true => {
  here.operand = true;
  here.operandAt = start;
  if (here.like && !sees(cursor, '.')) {
    here.like = false;
    // SQLite knows no escape character in patterns unless it is told.
    if (!sees(cursor, 'ESCAPE')) emit(out, peek(cursor)?.at ?? cursor.text.length, `ESCAPE '\\'`);
  }
  return true;
};

/** An operand of one token. */
export const operand = (walk: Walk, token: Token, sql: string): true => {
  replace(walk, token, sql);
  return endOperand(walk, walk.out.pieces.length - 1);
};

export const afterPoint = ({ cursor }: Walk): boolean => cursor.tokens[cursor.at - 1]?.text === '.';
