/** Calls of functions, and the words that some of them have between their arguments. */

import { accept, expect, fail, peek, sees } from './cursor.ts';
import { dateUnits } from './dates.ts';
import { emitValue } from './emitter.ts';
import { fileRefused, MysqlError } from './errors.ts';
import { functionName } from './functions.ts';
import { quoteName } from './guard.ts';
import { level } from './level.ts';
import type { Token } from './tokens.ts';
import { begin, endOperand, enter, put, type Rule, replace, type Walk } from './walk.ts';
import { castTypes, fileFunctions } from './words.ts';

const isUnit = (word: string): boolean => (dateUnits as readonly string[]).includes(word);

/** A name with an opening parenthesis behind it. Throws 1305 for a function that nobody may call. */
export const call = (walk: Walk, token: Token): void => {
  const { cursor, out, here } = walk;
  const name = token.value;
  if (fileFunctions.has(name)) throw fileRefused();
  const start = out.pieces.length;
  if (name === 'CAST' || name === 'CONVERT') put(walk, token, 'CAST (');
  else {
    const sql = functionName(token.text);
    if (!sql) throw new MysqlError(1305, `FUNCTION ${out.scope.database}.${token.text} does not exist`);
    put(walk, token, `${quoteName(sql)} (`);
  }
  cursor.at += 2;
  enter(walk, level(here.clause, start, { fn: name }));
  if (name !== 'TIMESTAMPDIFF') return;
  const unit = peek(cursor) ?? fail(cursor);
  if (unit.kind !== 'word' || !isUnit(unit.value)) fail(cursor);
  replace(walk, unit, `'${unit.value}'`);
};

/** `CAST(x AS type)`, and `CONVERT(x, type)`. */
export const castType = (walk: Walk): void => {
  const { cursor } = walk;
  const type = peek(cursor) ?? fail(cursor);
  const known = type.kind === 'word' && Object.hasOwn(castTypes, type.value);
  const sql = (known && castTypes[type.value]) || fail(cursor);
  cursor.at++;
  if (accept(cursor, '(')) {
    while (peek(cursor)?.kind === 'number' || sees(cursor, ',')) cursor.at++;
    expect(cursor, ')');
  }
  if (sees(cursor, 'INTEGER') || sees(cursor, 'INT')) cursor.at++;
  if (accept(cursor, 'CHARACTER', 'SET') || accept(cursor, 'CHARSET')) cursor.at++;
  put(walk, type, sql);
};

const interval: Rule = (walk, token) => {
  const { cursor, out, here } = walk;
  const before = out.pieces.at(-1);
  cursor.at++;
  if (here.fn && before?.sql === ',') {
    put(walk, token, here.fn === 'DATE_SUB' || here.fn === 'SUBDATE' ? '-1 *' : '1 *');
    here.interval = { closes: false, start: out.pieces.length };
  } else if (before?.sql === '+' || before?.sql === '-') {
    // `date + INTERVAL 1 DAY`: the operand to the left becomes the first argument of a call.
    out.pieces.splice(here.operandAt, 0, { sql: '"my_date_shift" (', at: token.at });
    out.pieces[out.pieces.length - 1] = { sql: `, ${before.sql === '-' ? '-1' : '1'} *`, at: token.at };
    here.interval = { closes: true, start: here.operandAt };
  } else fail(cursor, token);
  here.operand = false;
  return true;
};

/** The unit that an INTERVAL waits for. */
export const intervalUnit: Rule = (walk, token) => {
  const { interval, operand } = walk.here;
  if (!interval || !operand || !isUnit(token.value)) return false;
  walk.here.interval = undefined;
  replace(walk, token, `, '${token.value}'${interval.closes ? ')' : ''}`);
  return endOperand(walk, interval.start);
};

const separator: Rule = (walk, token) => {
  const { cursor, out, here } = walk;
  if (here.fn !== 'GROUP_CONCAT') return false;
  const text = peek(cursor, 1);
  if (text?.kind !== 'string') return fail(cursor, text);
  const tail = out.pieces.splice(here.orderAt ?? out.pieces.length);
  put(walk, token, ',');
  emitValue(out, token.at, text.value);
  out.pieces.push(...tail);
  cursor.at += 2;
  return true;
};

const using: Rule = (walk, token) => {
  if (walk.here.fn !== 'CONVERT') return false;
  put(walk, token, 'AS TEXT');
  walk.cursor.at += 2;
  return true;
};

/** `SUBSTRING(x FROM 2 FOR 3)` */
const substring: Rule = (walk, token) =>
  /^(?:SUBSTR|SUBSTRING|MID)$/.test(walk.here.fn ?? '') && begin(walk, token, ',');

const over: Rule = (walk, token) => {
  const { cursor, here } = walk;
  if (!sees(cursor, 'OVER', '(')) return false;
  put(walk, token, 'OVER (');
  cursor.at += 2;
  enter(walk, level(here.clause, here.operandAt, { isWindow: true }));
  return true;
};

export const callRules: Readonly<Record<string, Rule>> = {
  INTERVAL: interval,
  SEPARATOR: separator,
  USING: using,
  FROM: substring,
  FOR: substring,
  OVER: over,
};
