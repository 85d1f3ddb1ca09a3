/** Rewrites MySQL's queries and expressions, token by token, into SQLite's. */

import { type Cursor, fail, peek, sees } from './cursor.ts';
import type { Emitter } from './emitter.ts';
import { call, castType } from './function-calls.ts';
import { bareFunctions } from './function-names.ts';
import { functionName } from './functions.ts';
import { keywords, quoteName } from './guard.ts';
import { keyword } from './keywords.ts';
import { level } from './level.ts';
import { literal, name, newValue, qualified, variable } from './operands.ts';
import { alias, beginItem, endItem } from './select-list.ts';
import { definition, expectTable, table } from './table-reference.ts';
import type { Token } from './tokens.ts';
import {
  afterPoint,
  begin,
  createWalk,
  endOperand,
  enter,
  isOutermost,
  leave,
  operand,
  replace,
  type SelectItem,
  type Walk,
  type WalkOptions,
} from './walk.ts';
import { operators, refusedOperators } from './words.ts';

/** Whether a name or a text would be the alias of the operand before it. */
const canBeAlias = ({ here }: Walk): boolean => here.operand && here.item !== undefined;

const word = (walk: Walk, token: Token): void => {
  const { cursor, here, options } = walk;
  if (options.upsert && sees(cursor, 'VALUES', '(')) newValue(walk, token);
  else if (afterPoint(walk)) name(walk, token);
  else if (here.expectsDefinition && !keywords.has(token.value)) definition(walk, token);
  else if (keyword(walk, token)) return;
  else if (here.expectsTable) table(walk, token);
  else if (peek(cursor, 1)?.text === '(') call(walk, token);
  else if (bareFunctions.has(token.value))
    operand(walk, token, `${quoteName(functionName(token.value) ?? '')} ()`);
  else if (canBeAlias(walk)) alias(walk, token);
  else qualified(walk, token);
};

const quoted = (walk: Walk, token: Token): void => {
  if (afterPoint(walk)) name(walk, token);
  else if (walk.here.expectsDefinition) definition(walk, token);
  else if (walk.here.expectsTable) table(walk, token);
  else if (canBeAlias(walk)) alias(walk, token);
  else qualified(walk, token);
};

const comma = (walk: Walk, token: Token): void => {
  const { here } = walk;
  if (here.select && here.clause === 'field list') {
    endItem(walk);
    begin(walk, token, ',');
    beginItem(walk);
    return;
  }
  const inFrom = here.select && (here.clause === 'from clause' || here.clause === 'on clause');
  if (inFrom || here.isJoin) expectTable(walk);
  if (here.inWith) here.expectsDefinition = true;
  if (here.fn === 'CONVERT') {
    replace(walk, token, 'AS');
    castType(walk);
  } else begin(walk, token, ',');
};

const opening = (walk: Walk, token: Token): void => {
  const { out, here } = walk;
  const { expectsTable } = here;
  here.expectsTable = false;
  const clause = expectsTable ? 'from clause' : here.clause;
  enter(walk, level(clause, out.pieces.length, { expectsTable, isJoin: expectsTable }));
  replace(walk, token, '(');
};

const closing = (walk: Walk, token: Token): void => {
  endItem(walk);
  if (walk.here.interval) fail(walk.cursor, token);
  const { start } = walk.here;
  replace(walk, token, ')');
  leave(walk);
  endOperand(walk, start);
};

const operator = (walk: Walk, token: Token): void => {
  const { text } = token;
  if (text === '(') opening(walk, token);
  else if (text === ')') closing(walk, token);
  else if (text === ',') comma(walk, token);
  else if (refusedOperators.has(text)) fail(walk.cursor, token);
  else {
    replace(walk, token, Object.hasOwn(operators, text) ? (operators[text] as string) : text);
    if (text !== '.') walk.here.operand = false;
  }
};

const isEnd = ({ tokens, at }: Cursor): boolean =>
  at >= tokens.length || (tokens[at]?.text === ';' && tokens.slice(at).every(({ text }) => text === ';'));

const step = (walk: Walk, token: Token): void => {
  if (token.kind === 'word') word(walk, token);
  else if (token.kind === 'quoted') quoted(walk, token);
  else if (token.kind === 'variable') variable(walk, token);
  else if (token.kind === 'operator') operator(walk, token);
  else if (token.kind === 'bad' || walk.here.expectsTable) fail(walk.cursor, token);
  else if (token.kind === 'string' && canBeAlias(walk)) alias(walk, token);
  else literal(walk, token);
};

/** Rewrites from the cursor on; it stays at what stopped the walk. Returns the items of the outer select list. */
export const walk = (cursor: Cursor, out: Emitter, options: WalkOptions): SelectItem[] => {
  const state = createWalk(cursor, out, options);
  for (;;) {
    const token = peek(cursor);
    if (!token || isEnd(cursor)) {
      if (!isOutermost(state)) fail(cursor);
      break;
    }
    if (isOutermost(state) && (token.text === ')' || options.until?.(cursor))) break;
    step(state, token);
  }
  endItem(state);
  return state.items;
};
