/** Names, literals and variables. */

import { fail, peek, sees } from './cursor.ts';
import { bytesValue, emitName, emitParam, emitValue } from './emitter.ts';
import { checkTable } from './scope.ts';
import type { Token } from './tokens.ts';
import { afterPoint, endOperand, operand, put, type Rule, replace, type Walk } from './walk.ts';
import { bindsNumbers, isIntroducer, nameOf } from './words.ts';

/** A column, or what qualifies one. */
export const name = (walk: Walk, token: Token): void => {
  const { cursor, out, here } = walk;
  const start = afterPoint(walk) ? here.operandAt : out.pieces.length;
  emitName(out, token, here.clause);
  cursor.at++;
  // SQLite would call a function by a quoted name too.
  if (sees(cursor, '(')) fail(cursor);
  endOperand(walk, start);
};

/** `database.table.column`, `table.column` or `column`. */
export const qualified = (walk: Walk, token: Token): void => {
  const { cursor, out, options } = walk;
  const table = peek(cursor, 2);
  if (table && peek(cursor, 1)?.text === '.' && peek(cursor, 3)?.text === '.') {
    checkTable(out.scope, nameOf(token), nameOf(table), 'SELECT');
    cursor.at += 2;
    name(walk, peek(cursor) ?? fail(cursor));
  } else if (options.rowAlias && nameOf(token) === options.rowAlias && peek(cursor, 1)?.text === '.')
    replace(walk, token, 'excluded');
  else name(walk, token);
};

/** `VALUES(column)` of ON DUPLICATE KEY UPDATE. */
export const newValue = (walk: Walk, token: Token): void => {
  const { cursor, out } = walk;
  const column = peek(cursor, 2) ?? fail(cursor);
  if (peek(cursor, 3)?.text !== ')') fail(cursor, peek(cursor, 3));
  put(walk, token, 'excluded .');
  emitName(out, column, 'field list');
  cursor.at += 4;
  endOperand(walk, out.pieces.length - 2);
};

export const literal = (walk: Walk, token: Token): void => {
  const { cursor, out, here } = walk;
  const start = out.pieces.length;
  cursor.at++;
  if (token.kind === 'param') emitParam(out, token);
  else if (token.kind === 'bytes') emitValue(out, token.at, bytesValue(token));
  else if (token.kind === 'string') {
    let { value } = token;
    // 'a' 'b' is one text.
    for (let more = peek(cursor); more?.kind === 'string'; more = peek(cursor)) {
      value += more.value;
      cursor.at++;
    }
    emitValue(out, token.at, value);
  } else if (/^\d{1,18}$/.test(token.text) && bindsNumbers.has(here.clause))
    emitValue(out, token.at, BigInt(token.text));
  else put(walk, token, token.text);
  endOperand(walk, start);
};

/** `@name` and `@@name` */
export const variable = (walk: Walk, token: Token): void => {
  const { cursor, out } = walk;
  const system = token.text.startsWith('@@');
  const raw = token.text.slice(system ? 2 : 1).replace(/^[`'"]|[`'"]$/g, '');
  put(walk, token, `"my_${system ? 'system' : 'user'}_variable" (`);
  emitValue(out, token.at, raw.toLowerCase());
  put(walk, token, ')');
  cursor.at++;
  endOperand(walk, out.pieces.length - 3);
};

/** `_utf8mb4 'text'`, `_binary X'00'`, `DATE '2026-01-01'`: the word before the literal says nothing to SQLite. */
export const introducer: Rule = ({ cursor, here }, token) => {
  const following = peek(cursor, 1);
  const typesText = isIntroducer(token.value) || /^(?:DATE|TIME|TIMESTAMP|N)$/.test(token.value);
  const ofText = typesText && following?.kind === 'string' && !here.operand;
  const ofBytes = isIntroducer(token.value) && following?.kind === 'bytes';
  if (!ofText && !ofBytes) return false;
  cursor.at++;
  return true;
};

/** `BINARY x` compares byte by byte, which SQLite does by itself. */
const binary: Rule = ({ cursor, here }) => {
  const following = peek(cursor, 1);
  if (here.operand || !following || following.text === ',' || following.text === ')') return false;
  cursor.at++;
  return true;
};

const collate: Rule = (walk, token) => {
  const { cursor } = walk;
  const collation = peek(cursor, 1) ?? fail(cursor);
  put(walk, token, `COLLATE ${/_bin$|^binary$/i.test(collation.value) ? 'BINARY' : 'NOCASE'}`);
  cursor.at += 2;
  return true;
};

const caseBegins: Rule = ({ here }) => {
  here.cases++;
  return false;
};

const caseEnds: Rule = (walk, token) => {
  if (walk.here.cases === 0) return false;
  walk.here.cases--;
  return operand(walk, token, 'END');
};

const constant: Rule = (walk, token) => operand(walk, token, token.value);

export const operandRules: Readonly<Record<string, Rule>> = {
  BINARY: binary,
  COLLATE: collate,
  CASE: caseBegins,
  END: caseEnds,
  NULL: constant,
  TRUE: constant,
  FALSE: constant,
};
